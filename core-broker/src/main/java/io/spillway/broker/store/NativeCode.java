package io.spillway.broker.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's code for this platform. The library would unpack its 15 MB to a temporary file at each
 * start, and leave it there when the process is killed; so an installation has it unpacked, in the
 * directory that the property {@code spillway.native} names, and where it hasn't, it is unpacked
 * once, beside the data.
 */
final class NativeCode {
  private static boolean loaded;

  private NativeCode() {}

  /** Loads it once per process, from {@code directory}, where it is put if it isn't there. */
  static synchronized void load(Path directory) throws IOException {
    if (loaded) {
      return;
    }
    // The library looks for this name in a directory that it is given.
    String name = Environment.getJniLibraryFileName("rocksdbjni");
    Path unpacked = installed(name);
    if (unpacked == null) {
      unpacked = directory.resolve(name);
      unpack(packed(), unpacked);
    }
    try {
      RocksDB.loadLibrary(List.of(unpacked.toAbsolutePath().getParent().toString()));
    } catch (UnsatisfiedLinkError e) {
      throw new StoreFailure(
          unpacked
              + " can't be loaded: "
              + e.getMessage()
              + "; its file system must allow the execution of files",
          e);
    }
    loaded = true;
  }

  /** What the installation has of it; null: nothing, or this is no installation. */
  static Path installed(String name) {
    String installation = System.getProperty("spillway.native");
    if (installation == null) {
      return null; // Code that happens to lie in the working directory is none of ours.
    }
    Path unpacked = Path.of(installation, name);
    return Files.isRegularFile(unpacked) ? unpacked : null;
  }

  /** Where it is in the library's jar. */
  static URL packed() {
    String name = Environment.getJniLibraryFileName("rocksdb");
    URL packed = RocksDB.class.getClassLoader().getResource(name);
    if (packed == null) {
      throw new StoreFailure(
          "there is no store for this platform (" + name + "); set broker.store.durability=memory",
          null);
    }
    return packed;
  }

  static void unpack(URL packed, Path unpacked) throws IOException {
    URLConnection connection = packed.openConnection();
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      if (connection instanceof JarURLConnection jar && isSame(jar.getJarEntry(), unpacked)) {
        return;
      }
      Files.createDirectories(unpacked.getParent());
      Path part = unpacked.resolveSibling(unpacked.getFileName() + ".part");
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, unpacked, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Of another version, or cut off by a power failure, it isn't. */
  private static boolean isSame(JarEntry packed, Path unpacked) throws IOException {
    if (!Files.isRegularFile(unpacked) || Files.size(unpacked) != packed.getSize()) {
      return false;
    }
    try (CheckedInputStream in =
        new CheckedInputStream(Files.newInputStream(unpacked), new CRC32())) {
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        // Only the sum counts.
      }
      return in.getChecksum().getValue() == packed.getCrc();
    }
  }
}
