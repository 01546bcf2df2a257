/// Migrations and the API's contract, embedded in the binary. Files `v0001_….sql` are applied in the order of their
/// names and never edited.
public enum Schema {
    public struct Migration: Sendable {
        /// File name without its ending, for example `v0001_log`.
        public let name: String
        public let sql: String
    }

    public static let migrations: [Migration] =
        embeddedFiles
        .filter { $0.path.hasSuffix(".sql") && $0.path.hasPrefix("v") }
        .map { Migration(name: String($0.path.dropLast(4)), sql: $0.text) }

    /// The contract of the HTTP API: OpenAPI 3.1 in YAML.
    public static let openAPI = embeddedFiles.first { $0.path == "openapi.yaml" }?.text ?? ""
}
