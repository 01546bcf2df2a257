#if canImport(Glibc)
    import Glibc
#endif

/// An advisory lock on `<database>-lock`: held by the one process that writes. The system ends it with the process,
/// however that ends.
final class WriterLock {
    private let descriptor: Int32

    /// Errors: `database_read_only` when the file can't be made, `database_busy` when another process holds it.
    init(databasePath: String) throws {
        let path = databasePath + "-lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StoreError(
                .readOnly,
                "can't write beside \(databasePath) (\(String(cString: strerror(errno)))); check the folder or "
                    + "choose --db elsewhere"
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreError(
                .busy,
                "another kanjo process is writing to \(databasePath); wait for it to end and repeat, nothing "
                    + "was changed"
            )
        }
        self.descriptor = descriptor
    }

    deinit {
        // A child process that is just being started may hold a copy of the descriptor until it runs its own program;
        // closing ours alone would leave the lock to it for that moment.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
