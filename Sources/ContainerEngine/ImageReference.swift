/// The two parts of an image's name that an engine is asked for.
struct ImageReference: Hashable {
    let repository: String
    /// A tag, or a digest.
    let tag: String

    /// A name without a tag means `latest`; a digest wins over a tag.
    init(_ image: String) {
        let parts = image.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0]
        // A colon before the last slash belongs to the registry's port.
        let last = name.lastIndex(of: "/").map(name.index(after:)) ?? name.startIndex
        let colon = name[last...].lastIndex(of: ":")
        repository = String(name[..<(colon ?? name.endIndex)])
        tag = parts.count == 2 ? String(parts[1]) : colon.map { String(name[name.index(after: $0)...]) } ?? "latest"
    }

    /// One text for all names of an image: `alpine` is `docker.io/library/alpine:latest`.
    var wholeName: String {
        var parts = repository.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isHost = parts.count > 1 && (parts[0].contains { ".:".contains($0) } || parts[0] == "localhost")
        if !isHost { parts.insert("docker.io", at: 0) }
        if ["index.docker.io", "registry-1.docker.io"].contains(parts[0]) { parts[0] = "docker.io" }
        if parts[0] == "docker.io", parts.count == 2 { parts.insert("library", at: 1) }
        return parts.joined(separator: "/") + (tag.contains(":") ? "@" : ":") + tag
    }
}
