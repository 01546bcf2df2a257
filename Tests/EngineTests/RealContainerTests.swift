import ContainerEngine
import Foundation
import Testing

/// Every call of the protocol on a real engine, from creation to removal.
@Suite(.enabled(if: RealEngine.isThere)) struct RealContainerTests {
    private func code(_ body: () async throws -> Void) async throws -> EngineError.Code? {
        do {
            try await body()
            return nil
        } catch let error as EngineError {
            return error.code
        }
    }

    @Test func aContainerFromCreationToRemoval() async throws {
        var container = RealEngine.shell("")
        container.entrypoint = ["sh", "-c"]
        container.command = ["echo $WORD $0; echo bad >&2; exit 3", "argument"]
        container.environment = ["WORD=勘定 = x"]
        container.labels = ["kanjo.test": container.name]
        try await RealEngine.with(container) { host, id in
            let made = try await host.state(id)
            #expect(made.status == .created && made.startedAt == nil && made.exitCode == nil)
            #expect(made.id == id && made.name == container.name && made.labels["kanjo.test"] == container.name)
            #expect(try await code { _ = try await host.create(container) } == .nameInUse)
            #expect(try await code { _ = try await host.wait(id) } == .refused)
            try await host.start(id)
            let ended = try await host.wait(id)
            #expect(ended.status == .exited && ended.exitCode == 3 && !ended.wasKilledForMemory)
            let (start, finish) = (try #require(ended.startedAt), try #require(ended.finishedAt))
            #expect(start <= finish)
            #expect(try await host.wait(id) == ended)
            #expect(try await host.containers(label: "kanjo.test=\(container.name)") == [ended])
            #expect(try await host.containers(label: "kanjo.test=other").isEmpty)
            #expect(try await RealEngine.text(host, id, .stdout) == "勘定 = x argument\n")
            #expect(try await RealEngine.text(host, id, .stderr) == "bad\n")
            #expect(try await code { try await host.kill(id, signal: "KILL") } == .refused)
            try await host.stop(id, graceSeconds: 1)
            try await host.remove(id)
            #expect(try await code { _ = try await host.state(id) } == .noSuchContainer)
            #expect(try await code { _ = try await host.logs(id, follow: false) } == .noSuchContainer)
            #expect(try await code { try await host.start(id) } == .noSuchContainer)
            #expect(try await code { _ = try await host.archive(id, path: "/bin") } == .noSuchContainer)
        }
    }

    @Test func whatCannotStartHasNotRun() async throws {
        var container = RealEngine.shell("")
        container.command = ["/no/such/program"]
        try await RealEngine.with(container) { host, id async throws in
            #expect(try await code { try await host.start(id) } == .commandNotFound)
            #expect(try await host.state(id).startedAt == nil)
        }
        let host = try RealEngine.host()
        let unknown = RealEngine.shell("true", image: RealEngine.openImage + "0")
        #expect(try await code { _ = try await host.create(unknown) } == .imageNotFound)
    }

    @Test func stopAsksFirstAndThenEnds() async throws {
        try await RealEngine.with(RealEngine.shell("trap 'exit 7' TERM; echo up; while :; do sleep 0.1; done")) {
            try await started($0, $1)
            try await $0.start($1)
            try await $0.stop($1, graceSeconds: 60)
            #expect(try await $0.state($1).exitCode == 7)
        }
        try await RealEngine.with(RealEngine.shell("trap '' TERM; echo up; while :; do sleep 0.1; done")) {
            try await started($0, $1)
            try await $0.stop($1, graceSeconds: 1)
            #expect(try await $0.state($1).exitCode == 137)
        }
        try await RealEngine.with(RealEngine.shell("echo up; while :; do sleep 0.1; done")) {
            try await started($0, $1)
            try await $0.kill($1, signal: "KILL")
            #expect(try await $0.wait($1).exitCode == 137)
        }
    }

    /// Started, and far enough to have set its traps.
    private func started(_ host: DockerHost, _ id: String) async throws {
        try await host.start(id)
        for try await _ in try await host.logs(id, follow: true) { break }
    }

    @Test func linesComeWhileItRuns() async throws {
        let line = "trap 'echo two; exit 0' USR1; echo one; while :; do sleep 0.1; done"
        try await RealEngine.with(RealEngine.shell(line)) { host, id in
            try await host.start(id)
            var frames = try await host.logs(id, follow: true).makeAsyncIterator()
            let one = try #require(try await frames.next())
            #expect(one.bytes == Array("one\n".utf8) && one.at != nil)
            #expect(try await host.state(id).status == .running)
            try await host.kill(id, signal: "USR1")
            #expect(try await frames.next()?.bytes == Array("two\n".utf8))
            #expect(try await frames.next() == nil)
        }
    }

    @Test func aFolderComesOutAfterTheEnd() async throws {
        let line = "mkdir -p /out/artifact && dd if=/dev/zero of=/out/artifact/big bs=1M count=32 2>/dev/null"
        try await RealEngine.with(RealEngine.shell(line)) { host, id in
            try await host.start(id)
            #expect(try await host.wait(id).exitCode == 0)
            var (bytes, first): (Int, [UInt8]) = (0, [])
            for try await part in try await host.archive(id, path: "/out/artifact") {
                if first.count < 512 { first += part.prefix(512) }
                bytes += part.count
            }
            #expect(bytes > 32 << 20)
            #expect(String(decoding: first[257..<262], as: UTF8.self) == "ustar")
            #expect(try await code { _ = try await host.archive(id, path: "/nosuch") } == .noSuchPath)
        }
    }

    @Test func aNetworkGivesAnAddressAndNoNetworkNone() async throws {
        let line = "while :; do sleep 0.1; done"
        try await RealEngine.with(RealEngine.shell(line, network: "bridge")) { host, id in
            try await host.start(id)
            let address = try #require(try await host.address(id, port: 80))
            #expect(address.host.split(separator: ".").count == 4)
            #expect(address.port == 80)
        }
        try await RealEngine.with(RealEngine.shell(line)) { host, id in
            try await host.start(id)
            #expect(try await host.address(id, port: 80) == nil)
        }
    }
}
