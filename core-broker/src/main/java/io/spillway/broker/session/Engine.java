package io.spillway.broker.session;

import io.spillway.broker.routing.Router;
import io.spillway.broker.store.Store;

/** What every session works with. */
record Engine(Router router, Store store, SessionLimits limits, Sessions sessions) {}
