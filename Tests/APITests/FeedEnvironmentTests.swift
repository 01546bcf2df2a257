import Foundation
import Service
import TestSupport
import Testing
import UsageLedger

@testable import API

/// Environments of tasks that an outside scheduler submits are secrets like those of our own tasks.
@Suite struct FeedEnvironmentTests {
    private static func submitted(_ environment: String, id: String = "e1", task: String = "t1") -> String {
        #"{"id":"\#(id)","source":"/slurm","type":"task.submitted","subject":"\#(task)","time":"2024-10-10T00:00:00Z","#
            + #""data":{"account":"acme","user":"mina","plan":"v100-32gb","environment":\#(environment)}}"#
    }

    private static func run(_ body: (TestServer, TestServer.Key, TestServer.Key) async throws -> Void) async throws {
        let clock = try StandingClock("2024-10-10T13:50:40.25+09:00")
        try await TestServer.run(environment: clock.environment) { server in
            try await server.apply(TaskTests.setUp)
            let scheduler = try await server.key(.scheduler, account: "other")
            try await body(server, scheduler, try await server.key(.user, account: "acme", user: "mina"))
        }
    }

    private static let types = [
        "application/cloudevents+json", "application/cloudevents-batch+json", "application/x-ndjson",
    ]

    @Test(arguments: types)
    func theyAreSealedAndShownToTheirOwner(type: String) async throws {
        try await Self.run { server, scheduler, owner in
            func post(_ event: String) async throws -> String {
                let answer = try await server.ask(
                    .post, "/events/", key: scheduler, body: event, headers: [("Content-Type", type)])
                let json = try JSONValue(parsing: answer.bytes.filter { $0 != UInt8(ascii: "\n") })
                return (json["results"]?.array?.first ?? json)["status"]?.string ?? answer.text
            }
            // However the key is written.
            let environment = #"{"TOKEN":"swordfish-77","N":1}"#
            let event = Self.submitted(environment)
            #expect(try await post(event) == "recorded")
            #expect(try await post(event.replacing("environment", with: #"environ\u006dent"#)) == "duplicate")
            #expect(try await post(Self.submitted(#"{"N":1,"TOKEN":"swordfish-77"}"#)) == "duplicate")
            #expect(try await post(Self.submitted(#"{"TOKEN":"swordfish-78","N":1}"#)) == "conflict")
            #expect(try await post(Self.submitted("{}", id: "e2", task: "t2")) == "recorded")
            let task = try await server.ask(.get, "/tasks/t1/", key: owner)
            let shown = try task.json["containers"]?.array?.first?["environment"]
            #expect(shown?.canonicalText == #"{"N":1,"TOKEN":"swordfish-77"}"#)
            let verification = try await server.ledger.reporters.read { try $0.store.verify() }
            #expect(verification.isRight, "\(verification)")
            for name in try FileManager.default.contentsOfDirectory(atPath: server.folder.path()) {
                let bytes = try Data(contentsOf: server.folder.appending(path: name))
                #expect(bytes.range(of: Data("swordfish".utf8)) == nil, "\(name)")
            }
        }
    }
}
