package io.spillway.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory of one store, held by one process at a time. Below it: {@code lock}, {@code
 * database}, {@code committed}, which says how far that has come, {@code backups} and {@code
 * native}, the database's code for this platform. Owned by the store.
 */
final class StoreDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel lockFile;

  private StoreDirectory(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /** Makes the directory if there is none and takes it for this process. */
  static StoreDirectory take(Path path) {
    try {
      create(path);
      FileChannel lockFile =
          FileChannel.open(
              path.resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (lock(lockFile) == null) {
        String owner = owner(lockFile);
        lockFile.close();
        throw new StoreFailure(
            path + " is in use by another process" + owner + "; each broker needs its own", null);
      }
      tellOwner(lockFile);
      return new StoreDirectory(path, lockFile);
    } catch (IOException e) {
      throw new StoreFailure(path + " can't be used: " + reason(e), e);
    }
  }

  /** What an exception of the file system says, in words. */
  static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied: user "
          + System.getProperty("user.name")
          + " must be allowed to write there";
    }
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return String.valueOf(e.getMessage());
  }

  Path path() {
    return path;
  }

  Path database() {
    return path.resolve("database");
  }

  /** Opens the note of how far the database has come. */
  CommitMark mark() {
    try {
      return new CommitMark(path.resolve("committed"));
    } catch (IOException e) {
      throw new StoreFailure(path + " can't be used: " + reason(e), e);
    }
  }

  Path nativeCode() {
    return path.resolve("native");
  }

  /** An empty directory for a copy, named for the time. */
  Path newBackup() throws IOException {
    Path backups = Files.createDirectories(path.resolve("backups"));
    String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replaceAll("[-:]", "");
    for (int i = 2; ; i++) {
      try {
        return Files.createDirectory(backups.resolve(time));
      } catch (FileAlreadyExistsException e) {
        time = time.replaceFirst("Z.*", "Z-" + i);
      }
    }
  }

  /** A place for a database that isn't whole yet, and empty. */
  Path emptyDraft() throws IOException {
    Path draft = path.resolve("database.new");
    if (Files.exists(draft)) {
      try (Stream<Path> files = Files.walk(draft)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return Files.createDirectory(draft);
  }

  /** The draft has become the database, and stays so through a power cut. */
  void adopt(Path draft) throws IOException {
    Files.move(draft, database());
    sync();
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      // The lock ends with the process then.
    }
  }

  private void sync() {
    try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException e) {
      // Not every system can sync a directory; those that can't do it with the file.
    }
  }

  private static void create(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      // What is in it was meant for subscribers only.
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(path);
    }
  }

  /** Null when somebody else has it. */
  private static FileLock lock(FileChannel lockFile) throws IOException {
    try {
      return lockFile.tryLock(Long.MAX_VALUE - 1, 1, false);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void tellOwner(FileChannel lockFile) throws IOException {
    byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
    lockFile.truncate(0);
    lockFile.write(ByteBuffer.wrap(pid), 0);
  }

  private static String owner(FileChannel lockFile) throws IOException {
    ByteBuffer pid = ByteBuffer.allocate(20);
    lockFile.read(pid, 0);
    String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
    return List.of("", Long.toString(ProcessHandle.current().pid())).contains(text)
        ? ""
        : " (" + text + ")";
  }
}
