import Service
import Testing
import Units
import UsageLedger

@testable import API

/// `/tasks/`: the page's tasks, driven by an outside scheduler.
@Suite struct TaskTests {
    static let setUp = """
        accounts: [{id: acme, name: Acme}, {id: other, name: Other}]
        plans:
          - {id: v100-32gb, name: V100, gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}
          - {id: h100-80gb, name: H100, gpu_model: H100, gpu_count: 1, minimum_execution_seconds: 60}
        prices:
          - {plan: v100-32gb, yen_per_second: "0.06", from: 2024-01-01}
          - {plan: h100-80gb, yen_per_second: "0.28", from: 2024-01-01}
        """
    static let bare = #"{"name":"train","containers":[{"image":"alpine:3","plan":"h100-80gb"}]}"#

    private static func run(
        settings: APISettings = APISettings(), _ body: (TestServer, TestServer.Key, StandingClock) async throws -> Void
    ) async throws {
        let clock = try StandingClock("2024-10-10T13:50:40.25+09:00")
        try await TestServer.run(environment: clock.environment, settings: settings) { server in
            try await server.apply(setUp)
            try await body(server, try await server.key(.user, account: "acme", user: "mina"), clock)
        }
    }

    @Test func aTaskComesBackAsThePageShowsIt() async throws {
        try await Self.run { server, key, _ in
            let made = try await server.ask(
                .post, "/tasks/", key: key,
                body: """
                    {"name":"train","tags":["nightly"],"execution_time_limit_sec":null,"extra":1,
                     "containers":[{"image":"alpine:3","plan":"h100-80gb","registry":null,"command":["date"],
                     "environment":{"A":1,"B":1.5,"C":true},"http":{"port":80,"path":"/x"},"ssh":{"shell":"/bin/sh"}}]}
                    """)
            #expect(made.status == 201)
            let json = try made.json
            let id = try #require(json["id"]?.string)
            #expect(id.count == 36)
            #expect(
                json.canonicalText.replacing(id, with: "ID")
                    == #"{"artifact":null,"canceled_at":null,"containers":[{"command":["date"],"entrypoint":[],"#
                    + #""environment":{"A":"1","B":"1.5","C":"true"},"execution_seconds":null,"exit_code":null,"#
                    + #""http":{"path":"/x","port":80},"image":"alpine:3","index":0,"plan":"h100-80gb","#
                    + #""registry":null,"#
                    + #""ssh":{"shell":"/bin/sh"},"start_at":null,"stop_at":null}],"#
                    + #""created_at":"2024-10-10T13:50:40.250+09:00","error_message":"","#
                    + #""execution_time_limit_sec":null,"http_uri":null,"id":"ID","name":"train","status":"waiting","#
                    + #""tags":["nightly"],"updated_at":"2024-10-10T13:50:40.250+09:00"}"#)
            #expect(try await server.ask(.get, "/tasks/\(id)/", key: key).json == json)
            let list = try await server.ask(.get, "/tasks/?tasks=train,H100&status=waiting&page_size=1", key: key).json
            #expect(list["results"]?.array == [json])
            #expect(list["meta"]?["count"]?.integer == 1)
        }
    }

    @Test func whatIsWrongIsSaidAtOnce() async throws {
        try await Self.run { server, key, _ in
            let answer = try await server.ask(.post, "/tasks/", key: key, body: #"{"name":5,"containers":[{}]}"#)
            #expect(answer.status == 422)
            let fields = try answer.json["errors"]?.array?.compactMap { $0["field"]?.string }
            #expect(fields == ["name", "containers[0].image", "containers[0].plan"])
            #expect(try await server.ask(.post, "/tasks/", key: key, body: "{").status == 400)
            #expect(try await server.ask(.get, "/tasks/?status=lost", key: key).status == 400)
            #expect(try await server.ask(.get, "/tasks/", key: key).json["meta"]?["count"]?.integer == 0)
        }
    }

    @Test func anOutsideSchedulerDrivesATaskAndAllCountTheSameSeconds() async throws {
        try await Self.run { server, key, clock in
            let scheduler = try await server.key(.scheduler, account: "other")
            let id = try await Self.make(server, key)
            let waiting = try await server.ask(.get, "/scheduler/tasks/", key: scheduler).json["results"]?.array
            #expect(waiting?.compactMap { $0["id"]?.string } == [id])
            #expect(waiting?.first?["account"]?.string == "acme")
            func tell(_ type: String, _ time: String, _ data: String = "{}") async throws {
                let event = """
                    {"id":"\(type)","source":"/core","type":"\(type)","subject":"\(id)","time":"\(time)","data":\(data)}
                    """
                let answer = try await server.ask(
                    .post, "/events/", key: scheduler, body: event,
                    headers: [("Content-Type", "application/cloudevents+json")])
                #expect(answer.status == 200)
            }
            try clock.set("2024-10-10T14:00:10.1+09:00")
            try await tell("task.started", "2024-10-10T14:00:00+09:00")
            for (time, seconds) in [("14:00:10.1", 11), ("14:00:11.5", 12), ("14:02:00", 120)] as [(String, Int64)] {
                try clock.set("2024-10-10T\(time)+09:00")
                let task = try await server.ask(.get, "/tasks/\(id)/", key: key).json
                #expect(task["status"]?.string == "running")
                #expect(task["containers"]?.array?[0]["execution_seconds"]?.integer == seconds)
                #expect(try await Self.billedSeconds(server, id) == max(seconds, 0))
            }
            let end = #"{"outcome":"error","exit_code":3,"error_message":"x"}"#
            try await tell("task.stopped", "2024-10-10T14:02:00+09:00", end)
            try clock.set("2024-10-11T00:00:00+09:00")
            let ended = try await server.ask(.get, "/tasks/\(id)/", key: key).json
            #expect(ended["status"]?.string == "error" && ended["error_message"]?.string == "x")
            let container = try #require(ended["containers"]?.array?[0])
            #expect(container["exit_code"]?.integer == 3 && container["execution_seconds"]?.integer == 120)
            #expect(container["stop_at"]?.string == "2024-10-10T14:02:00.000+09:00")
            #expect(try await Self.billedSeconds(server, id) == 120)
        }
    }

    @Test func cancelAndDeleteAskForTheRightState() async throws {
        try await Self.run { server, key, _ in
            let id = try await Self.make(server, key)
            let anothers = try await server.key(.user, account: "other")
            for path in ["/tasks/\(id)/", "/tasks/none/"] {
                #expect(try await server.ask(.get, path, key: anothers).status == 404)
                #expect(try await server.ask(.delete, path, key: anothers).status == 404)
                #expect(try await server.ask(.post, path + "cancel/", key: anothers).status == 404)
            }
            #expect(try await server.ask(.delete, "/tasks/\(id)/", key: key).status == 403)
            let canceled = try await server.ask(.post, "/tasks/\(id)/cancel/", key: key)
            #expect(canceled.status == 200)
            #expect(try canceled.json["status"]?.string == "canceled")
            #expect(try canceled.json["canceled_at"]?.string == "2024-10-10T13:50:40.250+09:00")
            #expect(try await server.ask(.post, "/tasks/\(id)/cancel/", key: key, body: "").status == 403)
            #expect(try await server.ask(.delete, "/tasks/\(id)/", key: key).status == 204)
            #expect(try await server.ask(.get, "/tasks/\(id)/", key: key).status == 404)
            #expect(try await server.ask(.delete, "/tasks/\(id)/", key: key).status == 404)
        }
    }

    @Test func theSameKeyMakesOneTask() async throws {
        try await Self.run { server, key, _ in
            let header = [("Idempotency-Key", "\"k-1\"")]
            let first = try await server.ask(.post, "/tasks/", key: key, body: Self.bare, headers: header)
            let again = try await server.ask(.post, "/tasks/", key: key, body: Self.bare, headers: header)
            #expect(first.status == 201 && again.status == 201 && first.bytes == again.bytes)
            #expect(try await server.ask(.get, "/tasks/", key: key).json["meta"]?["count"]?.integer == 1)
            let two = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
            #expect(try await server.ask(.post, "/tasks/", key: key, body: Self.bare, headers: two).status == 400)
        }
    }

    /// What was answered is answered again, whatever has changed since; and what is new is judged by its key first.
    @Test func aRepeatIsAnsweredBeforeAnythingIsChecked() async throws {
        try await Self.run { server, key, _ in
            let registry = #"{"hostname":"registry.example.com","username":"u","password":"p"}"#
            let id = try #require(
                try await server.ask(.post, "/registries/", key: key, body: registry).json["id"]?.string)
            let body = Self.bare.replacing(#""plan""#, with: #""registry":"\#(id)","plan""#)
                .replacing("alpine:3", with: "registry.example.com/train:1")
            let header = [("Idempotency-Key", "k-2")]
            let first = try await server.ask(.post, "/tasks/", key: key, body: body, headers: header)
            #expect(first.status == 201)
            #expect(try await server.ask(.delete, "/registries/\(id)/", key: key).status == 204)
            #expect(try await server.ask(.post, "/tasks/", key: key, body: body).status == 422)
            let again = try await server.ask(.post, "/tasks/", key: key, body: body, headers: header)
            #expect(again.status == 201 && again.bytes == first.bytes)
            for other in ["{", "{}", Self.bare] {
                let refused = try await server.ask(.post, "/tasks/", key: key, body: other, headers: header)
                #expect(refused.status == 409)
            }
            let task = try #require(try first.json["id"]?.string), cancel = [("Idempotency-Key", "k-3")]
            let ended = try await server.ask(.post, "/tasks/\(task)/cancel/", key: key, headers: cancel)
            let repeated = try await server.ask(.post, "/tasks/\(task)/cancel/", key: key, headers: cancel)
            #expect(ended.status == 200 && repeated.status == 200 && ended.bytes == repeated.bytes)
            #expect(try await server.ask(.post, "/tasks/\(task)/cancel/", key: key).status == 403)
        }
    }

    @Test func whatClientsSendBesideIsLeftAlone() async throws {
        try await Self.run { server, key, _ in
            let odd = Self.bare.replacing(#""name""#, with: #""x":1.5,"y":{"z":1e300},"name""#)
            #expect(try await server.ask(.post, "/tasks/", key: key, body: odd).status == 201)
            #expect(try await server.ask(.post, "/tasks/", key: key, body: "\u{FEFF}" + Self.bare).status == 201)
            let command = String(repeating: "x", count: 500_000)
            let long = Self.bare.replacing(#""plan""#, with: #""command":["\#(command)"],"plan""#)
            let made = try await server.ask(.post, "/tasks/", key: key, body: long)
            #expect(made.status == 201)
            #expect(try made.json["containers"]?.array?[0]["command"]?.array?[0].string == command)
            let wrong = Self.bare.replacing(#""name""#, with: #""execution_time_limit_sec":600.5,"name""#)
            let refused = try await server.ask(.post, "/tasks/", key: key, body: wrong)
            #expect(refused.status == 422)
            #expect(try refused.json["status"]?.string == "422 Unprocessable Entity")
            #expect(try refused.json["errors"]?.array?.first?["field"]?.string == "execution_time_limit_sec")
        }
    }

    @Test func nothingIsAnsweredBeforeTheTermsAreAgreedTo() async throws {
        var settings = APISettings()
        settings.termsVersion = "2024-10"
        try await Self.run(settings: settings) { server, key, _ in
            let refused = try await server.ask(.get, "/tasks/", key: key)
            #expect(refused.status == 403)
            #expect(try refused.json["error_msg"]?.string == "Agreement to terms of service is required")
            #expect(try await server.ask(.get, "/plans/", key: key).status == 403)
            #expect(try await server.ask(.get, "/auth/", key: key).json["account"]?["tos_agreed_at"]?.isNull == true)
            #expect(try await server.ask(.post, "/auth/agree/?version=2024-10", key: key).status == 204)
            #expect(try await server.ask(.get, "/tasks/", key: key).status == 200)
            let auth = try await server.ask(.get, "/auth/", key: key).json
            #expect(auth["user"]?.string == "mina")
            #expect(auth["account"]?["tos_agreed_version"]?.string == "2024-10")
            #expect(auth["account"]?["tos_agreed_at"]?.string == "2024-10-10T13:50:40.250+09:00")
            let other = try await server.ask(.post, "/auth/agree/?version=2023-01", key: key)
            #expect(other.status == 400)
            #expect(try other.json["error_msg"]?.string?.contains("agree to version '2024-10'") == true)
            #expect(try await server.ask(.get, "/plans/", key: key).status == 200)
            let account = try AccountID("acme")
            // As after a time in which the operator had another version in force.
            for version in ["2023-01", "2024-10"] {
                let credential = Credential(token: key.token, account: account, user: try UserID("mina"), role: .user)
                try await server.ledger.agree(to: version, by: credential)
                let status = try await server.ask(.get, "/tasks/", key: key).status
                #expect(status == (version == "2024-10" ? 200 : 403))
            }
        }
    }

    static func make(_ server: TestServer, _ key: TestServer.Key) async throws -> String {
        let made = try await server.ask(.post, "/tasks/", key: key, body: bare)
        #expect(made.status == 201)
        return try #require(try made.json["id"]?.string)
    }

    /// What a query of the task's usage says now.
    private static func billedSeconds(_ server: TestServer, _ id: String) async throws -> Int64 {
        let task = try TaskID(id)
        return try await server.ledger.readers.read { service in
            let usage = try service.store.usage(ofTask: task, account: nil, eventCut: service.environment.now())
            return usage.total.usage.seconds
        }
    }
}
