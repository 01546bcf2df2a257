import ContainerEngine
import Units

extension ContainerKeeper {
    /// Asks a host whether it answers.
    func look(at host: any ContainerHost) async -> Bool {
        do {
            try await host.ping()
            noteAnswer(host.name)
            return true
        } catch {
            // A question that we gave up ourselves says nothing of the engine.
            if !Task.isCancelled { _ = noteSilence(host.name, error) }
            return false
        }
    }

    func noteAnswer(_ host: String) {
        guard health.noteAnswer(host) else { return }
        logger.notice("an engine answers and takes tasks", metadata: ["host": "\(host)"])
        whenHealthChanges(true)
    }

    /// Since when the host has been silent.
    func noteSilence(_ host: String, _ error: EngineError) -> Instant {
        let (since, isNews) = health.noteSilence(host, at: now)
        if isNews {
            logger.warning(
                "an engine doesn't answer and takes no tasks", metadata: ["host": "\(host)", "error": "\(error)"])
            whenHealthChanges(false)
        }
        return since
    }
}
