/// Administrators' reports, embedded in the binary: one SQL file each, described by the comments at its head.
public enum Reports {
    /// File name without its ending → SQL, in the order of the names.
    public static let files: [(name: String, sql: String)] = embeddedFiles.map { (String($0.path.dropLast(4)), $0.text) }
}
