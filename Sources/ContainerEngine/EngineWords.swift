import Foundation

/// What an engine's refusal means. Engines answer with sentences for people; Docker's and Podman's are known here.
enum EngineWords {
    /// Why an image could not be brought: the same sentences come with a status, or as a line in a stream that
    /// began well.
    static func ofPull(_ image: String, _ words: String) -> EngineError {
        let text = words.lowercased()
        let unauthorized = [
            "unauthorized", "authentication required", "denied", "no basic auth credentials",
            "invalid username/password",
        ]
        if unauthorized.contains(where: { text.contains($0) }) {
            return EngineError(
                .unauthorized,
                "the registry of \(image) wants a login, or another one: check user name and password (\(short(words)))"
            )
        }
        let missing = ["manifest unknown", "name unknown", "not found", "no such image", "name_unknown"]
        if missing.contains(where: { text.contains($0) }) {
            return EngineError(
                .imageNotFound, "there is no image \(image): check its name and tag (\(short(words)))")
        }
        return EngineError(.refused, "the image \(image) can't be pulled: \(short(words))")
    }

    /// Why a container could not be made.
    static func ofCreation(_ container: ContainerSpecification, status: Int, _ words: String) -> EngineError {
        let text = words.lowercased()
        if status == 409 || text.contains("already in use") {
            return EngineError(.nameInUse, "a container named \(container.name) is there already (\(short(words)))")
        }
        if status == 404 {
            return EngineError(.imageNotFound, "the host has no image \(container.image) (\(short(words)))")
        }
        return EngineError(.refused, "the container \(container.name) can't be made: \(short(words))")
    }

    /// Why a container could not be started.
    static func ofStart(_ id: String, status: Int, _ words: String) -> EngineError {
        let text = words.lowercased()
        if status == 404, text.contains("no such container") { return noSuchContainer(id, words) }
        let noCommand = [
            "executable file not found", "no such file or directory", "command that was not found",
            "exec format error", "permission denied: unknown", "is a directory",
        ]
        if noCommand.contains(where: { text.contains($0) }) {
            return EngineError(
                .commandNotFound,
                "the container can't run its command: check entrypoint, command and image (\(short(words)))")
        }
        return EngineError(.refused, "the container can't be started: \(short(words))")
    }

    /// Why something could not be had out of a container.
    static func ofArchive(_ id: String, path: String, status: Int, _ words: String) -> EngineError {
        guard status == 404 else {
            return EngineError(.refused, "\(path) can't be read from the container: \(short(words))")
        }
        return words.lowercased().contains("no such container")
            ? noSuchContainer(id, words) : EngineError(.noSuchPath, "the container has no \(path)")
    }

    /// Everything else that is asked of one container.
    static func ofContainer(_ id: String, status: Int, _ words: String) -> EngineError {
        status == 404
            ? noSuchContainer(id, words)
            : EngineError(.refused, "the engine refuses (\(status)): \(short(words))")
    }

    private static func noSuchContainer(_ id: String, _ words: String) -> EngineError {
        EngineError(.noSuchContainer, "the engine knows no container \(id) (\(short(words)))")
    }

    /// What a person can use of it: one line of at most 300 characters.
    private static func short(_ words: String) -> String {
        String(words.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(300))
    }

    /// The sentence in the body of an error.
    static func sentence(in body: Data) -> String {
        (try? JSONDecoder().decode(ErrorAnswer.self, from: body))?.message
            ?? String(decoding: body.prefix(300), as: UTF8.self)
    }
}
