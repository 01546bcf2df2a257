import ContainerEngine
import Scheduling
import Store
import UsageLedger
import Units

extension ContainerKeeper {
    /// Nothing was started: brings the image and makes the container.
    func prepare(_ container: KeptContainer, _ host: any ContainerHost) async throws -> Next {
        var starting = container
        starting.phase = .starting
        if let state = try await state(of: container, host) {
            // Made by a process that ended before it could write that down.
            guard isOurs(state, container) else {
                return try await stopTrying(
                    container, EngineError(.refused, "'\(container.name)' is a container of somebody else on the host"))
            }
            try await update(starting)
            return .again
        }
        let order: ContainerOrder
        do {
            order = try await self.order(container)
        } catch let fault as ContainerOrder.Fault {
            try await fail(container, fault.outcome, fault.message)
            return .again
        }
        switch pull(order, of: container.task, host) {
        case .running: return .pulling
        case .failed(let error):
            pulls.forget(container.task)
            return try await stopTrying(container, error)
        case .done: break
        }
        do {
            _ = try await host.create(order.specification)
        } catch  where error.code == .nameInUse {
            return retry()
        } catch {
            return try await stopTrying(container, error)
        }
        pulls.forget(container.task)
        try await update(starting)
        return .again
    }

    /// It may have been started: what the engine says decides.
    func start(_ container: KeptContainer, _ host: any ContainerHost) async throws -> Next {
        guard let state = try await state(of: container, host) else {
            // Removed by us, perhaps, just before we could write down that it is canceled.
            if container.isUnwanted { return try await recordCancel(container) }
            try await lose(container, "its container went away before its start was seen; nothing is billed")
            return .again
        }
        if let startedAt = state.startedAt {
            var running = container
            running.phase = .running
            running.startedAt = startedAt
            running.lastProofAt = startedAt
            try await record([try events(container).started(startedAt)], running)
            return .again
        }
        if container.isUnwanted { return try await cancelUnstarted(container, host) }
        if let fault = gpuFault(state, host) {
            try await fail(container, .error, fault)
            return .again
        }
        do {
            try await host.start(container.name)
        } catch {
            return try await stopTrying(container, error)
        }
        // What it says now has to be its start; else it is asked again later.
        guard try await host.state(container.name).startedAt != nil else { return retry() }
        return .again
    }

    /// Its start is in the log: sees to its signs of life, its limit and its end.
    func watch(_ container: KeptContainer, _ host: any ContainerHost) async throws -> Next {
        let asked = now
        guard let startedAt = container.startedAt else { return try await startAgain(container) }
        guard let state = try await state(of: container, host) else {
            try await lose(container, "its container was removed from the machine by somebody else")
            return .again
        }
        if state.status.hasEnded { return try await end(container, state) }
        let proof = max(
            container.lastProofAt ?? startedAt,
            asked.advanced(byNanoseconds: -Self.toleratedSkewNanoseconds))
        var seen = container
        let signs = LifeSigns(intervalSeconds: settings.aliveSeconds), last = container.lastProofAt ?? startedAt
        seen.lastProofAt = proof
        let limitEnd = container.limitSeconds.map { startedAt.advanced(byNanoseconds: $0 * 1_000_000_000) }
        if seen.endedBy == nil {
            seen.endedBy = container.isUnwanted ? .canceled : limitEnd.map { $0 <= asked } == true ? .limit : nil
        }
        if let due = signs.due(after: last, upTo: proof, startedAt: startedAt) {
            try await record([try events(container).alive(proof, due: due)], seen)
        } else if seen != container {
            try await update(seen)
        }
        guard seen.endedBy == nil else { return try await stop(seen, host) }
        let sign = signs.next(after: proof, startedAt: startedAt).advanced(
            byNanoseconds: Self.toleratedSkewNanoseconds)
        let look = asked.advanced(byNanoseconds: settings.checkSeconds * 1_000_000_000)
        return .waiting(container.name, host: host.name, until: min(sign, look, limitEnd ?? look))
    }

    /// Its end is in the log: clears it away.
    func clear(_ container: KeptContainer, _ host: any ContainerHost) async throws -> Next {
        pulls.forget(container.task)
        try await OutputCollector(ledger: ledger, limits: settings.output, logger: logger).collect(container, host)
        try await host.remove(container.name)
        try await ledger.writer.perform { try $0.store.settle(container) }
        return .settled
    }

    private func end(_ container: KeptContainer, _ state: ContainerState) async throws -> Next {
        guard let finishedAt = state.finishedAt else {
            throw EngineError(.badAnswer, "'\(state.name)' has ended, but the engine doesn't say when")
        }
        var ending = ContainerEnding(exitCode: state.exitCode.map(Int64.init))
        ending.wasKilledForMemory = state.wasKilledForMemory
        ending.message = state.errorMessage
        ending.endedBy = container.endedBy
        ending.limitSeconds = container.limitSeconds
        var ended = container
        ended.phase = .ended
        ended.gpus = []
        try await record([try events(container).stopped(finishedAt, ending)], ended)
        return .again
    }

    private func stop(_ container: KeptContainer, _ host: any ContainerHost) async throws -> Next {
        try await host.stop(container.name, graceSeconds: settings.graceSeconds)
        if try await host.state(container.name).status.hasEnded { return .again }
        try await host.kill(container.name, signal: "KILL")
        return retry()
    }

    /// It may have been started: it is canceled when nothing is left that could run.
    private func cancelUnstarted(_ container: KeptContainer, _ host: any ContainerHost) async throws -> Next {
        try await host.remove(container.name)
        return try await recordCancel(container)
    }

    /// Nothing of it runs: that is its end. What its host has of it is cleared away afterwards.
    func recordCancel(_ container: KeptContainer) async throws -> Next {
        pulls.forget(container.task)
        var ended = container
        ended.phase = .ended
        ended.endedBy = .canceled
        try await record([try events(container).canceled(at: now)], ended)
        return .again
    }

    /// What an engine or a registry refuses is the task's error; what is silent is asked again.
    private func stopTrying(_ container: KeptContainer, _ error: EngineError) async throws -> Next {
        try Task.checkCancellation()
        switch error.code {
        case .unreachable, .badAnswer: throw error
        case .unauthorized, .imageNotFound, .nameInUse, .noSuchContainer, .noSuchPath, .commandNotFound, .refused:
            try await fail(container, .error, error.message)
            return .again
        }
    }

    /// A row without a start can't be watched.
    private func startAgain(_ container: KeptContainer) async throws -> Next {
        var starting = container
        starting.phase = .starting
        try await update(starting)
        return .again
    }

    /// `nil` when the host has no container of this name.
    private func state(of container: KeptContainer, _ host: any ContainerHost) async throws -> ContainerState? {
        do {
            return try await host.state(container.name)
        } catch  where error.code == .noSuchContainer {
            return nil
        }
    }

    /// Why a container that wants GPUs would run without: some engines pass over what they don't know.
    private func gpuFault(_ state: ContainerState, _ host: any ContainerHost) -> String? {
        guard let wanted = state.labels[ContainerLabels.gpus], wanted != state.gpus?.text else { return nil }
        return "the container engine \(host.name) gives the container no GPUs, as Podman does with Docker's requests; "
            + "nothing was started or billed: tell the operator"
    }

    private func isOurs(_ state: ContainerState, _ container: KeptContainer) -> Bool {
        state.labels[ContainerLabels.task] == container.task.text
            && state.labels[ContainerLabels.attempt] == String(container.attempt)
    }

    private func order(_ container: KeptContainer) async throws -> ContainerOrder {
        let (settings, secrets) = (settings.containers, ledger.secrets)
        return try await ledger.readers.read { try ContainerOrder(container, settings, $0, secrets) }
    }
}
