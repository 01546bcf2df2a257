/// The host that an image comes from, so that two ways to write it are equal.
public struct ImageRegistry: Hashable, Sendable, CustomStringConvertible {
    /// In small letters, without the port that goes without saying.
    public let description: String

    /// Of an image's name, as engines read it: what stands before the first slash is a host when it has a dot, a colon
    /// or a capital in it or is `localhost`; all else is Docker Hub's.
    public init(ofImage image: String) {
        let parts = image.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let isHost =
            parts.count == 2
            && (parts[0].contains { ".:".contains($0) || $0.isUppercase } || parts[0] == "localhost")
        self.init(host: isHost ? String(parts[0]) : Self.dockerHub)
    }

    /// - Parameter host: a name, with its port if it has one.
    public init(host: String) {
        let small = host.lowercased(), standard = ":443"
        let name = small.hasSuffix(standard) ? String(small.dropLast(standard.count)) : small
        description = Self.namesOfDockerHub.contains(name) ? Self.dockerHub : name
    }

    private static let dockerHub = "docker.io"
    private static let namesOfDockerHub: Set = ["docker.io", "index.docker.io", "registry-1.docker.io"]
}
