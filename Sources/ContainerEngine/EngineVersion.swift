/// A version of the Docker Engine API.
struct EngineVersion: Hashable, Comparable, CustomStringConvertible {
    let major, minor: Int

    /// What our requests are written in.
    static let ours = EngineVersion(major: 1, minor: 41)

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// `nil` for what isn't two numbers with a dot between.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1], major >= 0, minor >= 0 else { return nil }
        self.init(major: major, minor: minor)
    }

    /// The version that an engine is asked in: ours, or the oldest that it still takes.
    init(speakingWith answer: VersionAnswer?) {
        self = max(.ours, answer?.minAPIVersion.flatMap(EngineVersion.init) ?? .ours)
    }

    var description: String { "\(major).\(minor)" }

    static func < (one: EngineVersion, other: EngineVersion) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }
}

/// What an engine says of itself.
struct VersionAnswer: Decodable { var minAPIVersion: String? }
