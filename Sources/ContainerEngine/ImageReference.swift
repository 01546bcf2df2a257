/// The two parts of an image's name that an engine asks for.
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
}
