#if canImport(Glibc)
    import Glibc
#endif

/// Files that hold what a test must give, byte for byte. `KANJO_RECORD=1` writes them anew; look at the difference
/// before committing it.
public enum Golden {
    /// `nil` when the text is that of the file, else what is wrong.
    /// - Parameter file: a path beside the test's own source file (`#filePath`).
    public static func difference(_ text: String, _ name: String, besides source: String) -> String? {
        difference(text, name, in: source.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Golden")
    }

    /// The same for a file of a folder.
    public static func difference(_ text: String, _ name: String, in folder: String) -> String? {
        let path = folder + "/" + name
        if getenv("KANJO_RECORD") != nil {
            mkdir(folder, 0o755)
            write(text, path)
            return nil
        }
        guard let expected = read(path) else { return "there is no \(path); record it with KANJO_RECORD=1" }
        guard expected != text else { return nil }
        let lines = (
            expected.split(separator: "\n", omittingEmptySubsequences: false),
            text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let first = zip(lines.0, lines.1).enumerated().first { $0.element.0 != $0.element.1 }
        guard let first else { return "\(name): \(lines.0.count) lines expected, \(lines.1.count) found" }
        return "\(name), line \(first.offset + 1): expected '\(first.element.0)', found '\(first.element.1)'"
    }

    public static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ text: String, _ path: String) {
        guard let file = fopen(path, "w") else { return }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        fwrite(bytes, 1, bytes.count, file)
    }
}
