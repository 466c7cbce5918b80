package io.spillway.broker.store;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** One write, made on a home and applied by the commit thread. */
@FunctionalInterface
interface Change {
  void apply(WriteBatch batch, DeliveryIndex index) throws RocksDBException;
}
