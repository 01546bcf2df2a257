import Foundation
import Service
import Store
import Testing
import Units
import UsageLedger

@testable import API

/// Files of tasks over HTTP: whoever has a link gets what it names, and nothing else.
@Suite struct FileRouteTests {
    private static let setUp = """
        accounts: [{id: acme, name: Acme}, {id: other, name: Other}]
        plans: [{id: v100, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}]
        """
    private static let artifact = "00000000-0000-7000-8000-00000000000a"

    private struct Kept {
        let server: TestServer
        let key: TestServer.Key
        let clock: StandingClock
        let task: TaskID

        /// A fresh link to a file, without the server's address.
        func link(_ kind: TaskFiles.Kind, query: String = "") async throws -> String {
            let path = kind == .artifact ? "/artifacts/\(artifact)/download/" : "/tasks/\(task)/download/output/"
            let url = try await server.ask(.get, path + query, key: key).json["url"]?.string
            return String(try #require(url?.firstRange(of: "/files/").map { url?[$0.lowerBound...] ?? "" }))
        }

        func ask(_ link: String) async throws -> TestServer.Answer { try await server.ask(.get, link, root: true) }
    }

    /// A task that has ended, with an artifact of three days and an output of ninety.
    private static func run(_ body: (Kept) async throws -> Void) async throws {
        let clock = try StandingClock("2026-10-10T12:00:00+09:00")
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(setUp)
            let key = try await server.key(.user, account: "acme", user: "mina")
            let made = try await server.ask(
                .post, "/tasks/", key: key, body: #"{"name":"t","containers":[{"image":"alpine","plan":"v100"}]}"#)
            let task = try TaskID(try #require(try made.json["id"]?.string))
            #expect(try await server.ask(.post, "/tasks/\(task)/cancel/", key: key).status == 200)
            let files = try #require(server.ledger.files), now = clock.now, account = try AccountID("acme")
            try FileManager.default.createDirectory(at: files.folder, withIntermediateDirectories: true)
            try Data("tar of the task".utf8).write(to: URL(filePath: files.path(.artifact, of: task)))
            try Data("hello\n".utf8).write(to: URL(filePath: files.path(.output, of: task)))
            let day: Int64 = 86_400_000_000_000
            try await server.ledger.writer.perform { service in
                try service.store.add(
                    Artifact(
                        id: artifact, task: task, createdAt: now, expiresAt: now.advanced(byNanoseconds: 3 * day),
                        sizeBytes: 15), of: account)
                try service.store.addOutput(
                    of: task, account: account, sizeBytes: 6, at: now, expiresAt: now.advanced(byNanoseconds: 90 * day))
            }
            try await body(Kept(server: server, key: key, clock: clock, task: task))
        }
    }

    @Test func aLinkGivesItsFileUnderItsName() async throws {
        try await Self.run { kept in
            let artifact = try await kept.ask(try await kept.link(.artifact))
            #expect(artifact.status == 200 && artifact.text == "tar of the task")
            #expect(artifact.header("Content-Type") == "application/gzip")
            #expect(artifact.header("Content-Disposition") == "attachment; filename*=UTF-8''artifact.tar.gz")
            let output = try await kept.ask(
                try await kept.link(.output, query: "?filename=%E7%B5%90%E6%9E%9C%20%22a%22.log"))
            #expect(output.status == 200 && output.text == "hello\n")
            #expect(output.header("Content-Type") == "text/plain; charset=utf-8")
            #expect(
                output.header("Content-Disposition")
                    == "attachment; filename*=UTF-8''%E7%B5%90%E6%9E%9C%20%22a%22.log")
        }
    }

    @Test func aLinkThatWasChangedIsForbidden() async throws {
        try await Self.run { kept in
            let link = try await kept.link(.artifact)
            #expect(try await kept.ask(link).status == 200)
            let expires = try #require(link.firstMatch(of: #/expires=(\d+)/#)?.1)
            let last = try #require(link.last)
            let later = link.replacing("expires=\(expires)", with: "expires=\((Int64(expires) ?? 0) + 1)")
            for changed in [
                link.dropLast() + (last == "0" ? "1" : "0"), Substring(link.replacing(#/&signature=.*/#, with: "")),
                Substring(later), Substring(link.replacing("/files/artifact/", with: "/files/output/")),
                Substring(link.replacing("artifact.tar.gz", with: "artifact.tar")),
                Substring(link.replacing("\(kept.task)", with: "another-task")),
            ] {
                let answer = try await kept.ask(String(changed))
                #expect(answer.status == 403, "\(changed): \(answer.text)")
            }
            #expect(try await kept.ask(link.replacing("/files/artifact/", with: "/files/key/")).status == 404)
            #expect(try await kept.ask(link.replacing("expires=\(expires)", with: "expires=x")).status == 400)
        }
    }

    /// Nothing above the files, by whatever way a path is written; and no name that leads out of a folder.
    @Test(arguments: ["..", ".", "a%2Fb", "..%2F..%2Fledger.db", "a%5Cb", "%00", "a%0Ab", "%7F"])
    func noNameLeadsElsewhere(name: String) async throws {
        try await Self.run { kept in
            for path in ["/artifacts/\(Self.artifact)/download/", "/tasks/\(kept.task)/download/output/"] {
                let answer = try await kept.server.ask(.get, "\(path)?filename=\(name)", key: kept.key)
                #expect(answer.status == 400, "\(answer.text)")
            }
            let link = try await kept.link(.output)
            for task in ["..%2F..%2Fledger.db", "../..", "\(kept.task)%2F..%2F\(kept.task)"] {
                let answer = try await kept.ask(link.replacing("\(kept.task)", with: task))
                #expect([400, 403, 404].contains(answer.status), "\(task): \(answer.text)")
                #expect(!answer.text.contains("SQLite"))
            }
        }
    }

    @Test func aLinkEndsAfterTenMinutesAndWithItsFile() async throws {
        try await Self.run { kept in
            let link = try await kept.link(.artifact)
            try kept.clock.set("2026-10-10T12:09:59.999+09:00")
            #expect(try await kept.ask(link).status == 200)
            try kept.clock.set("2026-10-10T12:10:00+09:00")
            #expect(try await kept.ask(link).status == 404)
            // The artifact is over a moment after this link was made; its file is taken away later.
            try kept.clock.set("2026-10-13T11:59:59+09:00")
            let last = try await kept.link(.artifact)
            try kept.clock.set("2026-10-13T12:00:00+09:00")
            #expect(try await kept.ask(last).status == 404)
            #expect(try await kept.server.ask(.get, "/artifacts/\(Self.artifact)/", key: kept.key).status == 404)
            #expect(try await kept.ask(try await kept.link(.output)).status == 200)
        }
    }

    @Test func whatADeletedTaskHasLeftIsGoneAtOnce() async throws {
        try await Self.run { kept in
            let links = [try await kept.link(.artifact), try await kept.link(.output)]
            let listed = try await kept.server.ask(.get, "/artifacts/", key: kept.key).json
            #expect(listed["meta"]?["count"]?.integer == 1)
            #expect(try await kept.server.ask(.delete, "/tasks/\(kept.task)/", key: kept.key).status == 204)
            for link in links { #expect(try await kept.ask(link).status == 404) }
            let left = try await kept.server.ask(.get, "/artifacts/", key: kept.key).json
            #expect(left["meta"]?["count"]?.integer == 0)
            for path in [
                "/artifacts/\(Self.artifact)/", "/artifacts/\(Self.artifact)/download/",
                "/tasks/\(kept.task)/download/output/",
            ] {
                #expect(try await kept.server.ask(.get, path, key: kept.key).status == 404)
            }
        }
    }

    @Test func nobodyElseGetsALink() async throws {
        try await Self.run { kept in
            let stranger = try await kept.server.key(.user, account: "other")
            for path in ["/artifacts/\(Self.artifact)/download/", "/tasks/\(kept.task)/download/output/"] {
                #expect(try await kept.server.ask(.get, path, key: stranger).status == 404)
            }
        }
    }
}
