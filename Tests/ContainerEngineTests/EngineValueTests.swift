import Foundation
import Testing
import Units

@testable import ContainerEngine

/// Names, addresses and words of an engine are read as both kinds of engines mean them.
@Suite struct EngineValueTests {
    @Test(arguments: [
        ("tiny", "tiny", "latest"), ("tiny:1", "tiny", "1"),
        ("127.0.0.1:5000/a/tiny", "127.0.0.1:5000/a/tiny", "latest"),
        ("127.0.0.1:5000/tiny:1.2", "127.0.0.1:5000/tiny", "1.2"), ("a/b:1@sha256:00", "a/b", "sha256:00"),
    ])
    func imageNames(text: String, repository: String, tag: String) {
        let name = ImageReference(text)
        #expect(name.repository == repository && name.tag == tag)
    }

    /// However an image is written, it is pulled once.
    @Test(arguments: [
        ("alpine", "docker.io/library/alpine:latest"), ("docker.io/alpine:latest", "docker.io/library/alpine:latest"),
        ("index.docker.io/library/alpine", "docker.io/library/alpine:latest"), ("a/b:1", "docker.io/a/b:1"),
        ("reg:5000/a", "reg:5000/a:latest"), ("localhost/a", "localhost/a:latest"),
        ("reg.example/a:1@sha256:ab", "reg.example/a@sha256:ab"),
    ])
    func oneNameForAllNamesOfAnImage(text: String, name: String) { #expect(ImageReference(text).wholeName == name) }

    @Test(arguments: [
        ("unix:///run/docker.sock", "http+unix://%2Frun%2Fdocker.sock"), ("https://gpu1:2376/", "https://gpu1:2376"),
        ("http://127.0.0.1:2375", "http://127.0.0.1:2375"),
    ])
    func addresses(text: String, base: String) throws {
        #expect(try EngineEndpoint(text).base == base)
    }

    @Test(arguments: [
        "", "gpu1", "unix://relative", "http://gpu1:2375", "tcp://127.0.0.1:2375", "https://me:word@gpu1:2376",
        "https://gpu1/path", "unix:///" + String(repeating: "x", count: 200),
    ])
    func noAddresses(text: String) {
        #expect(throws: EngineError.self) { try EngineEndpoint(text) }
    }

    @Test func aStateIsReadFromDockersAnswer() throws {
        let json = """
            {"Id": "c7", "Name": "/a1", "State": {"Status": "exited", "OOMKilled": true, "ExitCode": 137, "Error": "",
             "StartedAt": "2026-11-23T22:24:54.637387591Z", "FinishedAt": "2026-11-24T07:24:55.635432272+09:00"},
             "Config": {"Labels": {"kanjo.Task": "T1"}}, "NetworkSettings": {"IPAddress": "",
             "Networks": {"b": {"IPAddress": "10.1.0.2"}, "a": {"IPAddress": ""}}}}
            """
        let answer = try EngineJSON.decode(InspectAnswer.self, Data(json.utf8))
        #expect(
            answer.known
                == ContainerState(
                    id: "c7", name: "a1", labels: ["kanjo.Task": "T1"], status: .exited,
                    startedAt: try Instant(rfc3339: "2026-11-23T22:24:54.637387591Z"),
                    finishedAt: try Instant(rfc3339: "2026-11-23T22:24:55.635432272Z"), exitCode: 137,
                    wasKilledForMemory: true))
        // An address without a program behind it is none.
        #expect(answer.address(port: 80) == nil)
    }

    @Test(arguments: [
        (#"{"8080/tcp": [{"HostIp": "10.0.0.5", "HostPort": "49153"}]}"#, "10.0.0.5", 49_153),
        (#"{"9090/tcp": [{"HostIp": "10.0.0.5", "HostPort": "49153"}]}"#, "10.1.0.2", 8080),
        (#"{"8080/tcp": null}"#, "10.1.0.2", 8080), ("null", "10.1.0.2", 8080),
    ])
    func aPortIsReachedWhereItIsPublishedElseOnTheNetwork(ports: String, host: String, port: Int) throws {
        let json = """
            {"Id": "c7", "Name": "a1", "State": {"Status": "running", "StartedAt": "2026-11-23T22:24:54Z"},
             "NetworkSettings": {"IPAddress": "", "Ports": \(ports),
             "Networks": {"b": {"IPAddress": "10.1.0.2"}, "a": {"IPAddress": ""}}}}
            """
        let answer = try EngineJSON.decode(InspectAnswer.self, Data(json.utf8))
        #expect(answer.address(port: 8080) == ContainerAddress(container: "c7", host: host, port: port))
    }

    @Test func aPublishedPortIsAskedFor() throws {
        var order = ContainerSpecification(name: "a1", image: "i")
        order.published = (8080, "10.0.0.5")
        let json = String(decoding: try EngineJSON.encode(CreateRequest(order)), as: UTF8.self)
        #expect(json.contains(#""ExposedPorts":{"8080\/tcp":{}}"#))
        #expect(json.contains(#""8080\/tcp":[{"#) && json.contains(#""HostIp":"10.0.0.5""#))
    }

    @Test(arguments: [
        ("created", ContainerStatus.created), ("configured", .created), ("stopped", .exited), ("running", .running),
        ("asleep", .unknown),
    ])
    func aContainerThatHasNotEndedHasNoEnd(word: String, status: ContainerStatus) throws {
        let json = """
            {"Id": "c7", "Name": "a1", "State": {"Status": "\(word)", "ExitCode": 0,
             "StartedAt": "0001-01-01T00:00:00Z", "FinishedAt": "0001-01-01T00:00:00Z"}}
            """
        let state = try EngineJSON.decode(InspectAnswer.self, Data(json.utf8)).known
        #expect(state.status == status && state.startedAt == nil && state.finishedAt == nil)
        #expect(state.exitCode == (status == .exited ? 0 : nil))
    }

    @Test(arguments: [
        ("22:24:54.637387591", "22:24:54.637387590", "22:24:54.637387591"), ("22:24:54", "22:24:52", "22:24:54"),
        ("22:24:54", "22:24:51.999999999", "22:24:51.999999999"), ("22:24:54", "22:24:54.1", "22:24:54.1"),
    ])
    func anEndJustBeforeTheStartIsTheStart(start: String, written: String, end: String) throws {
        let json = """
            {"Id": "c7", "Name": "a1", "State": {"Status": "exited", "ExitCode": 0,
             "StartedAt": "2026-11-23T\(start)Z", "FinishedAt": "2026-11-23T\(written)Z"}}
            """
        let state = try EngineJSON.decode(InspectAnswer.self, Data(json.utf8)).known
        #expect(state.startedAt == (try Instant(rfc3339: "2026-11-23T\(start)Z")))
        #expect(state.finishedAt == (try Instant(rfc3339: "2026-11-23T\(end)Z")))
    }

    @Test func aContainerIsAskedForInTheEnginesWords() throws {
        let specification = ContainerSpecification(
            name: "a1", image: "tiny:1", command: ["sh"], environment: ["A=b"], labels: ["lower": "x"],
            gpus: GPURequest(driver: "nvidia", count: 8), memoryBytes: 1 << 30,
            ulimits: [Ulimit(name: "nofile", soft: 1024, hard: 2048)])
        let json = String(decoding: try EngineJSON.encode(CreateRequest(specification)), as: UTF8.self)
        for part in [
            #""Image":"tiny:1""#, #""Cmd":["sh"]"#, #""Env":["A=b"]"#, #""lower":"x""#, #""Memory":1073741824"#,
            #""NetworkMode":"bridge""#, #""Capabilities":[["gpu"]]"#, #""Count":8"#, #""Driver":"nvidia""#,
            #""Hard":2048"#, #""RestartPolicy":{"Name":"no"}"#,
        ] {
            #expect(json.replacing("\\/", with: "/").contains(part), "\(part) in \(json)")
        }
        #expect(!json.contains("Entrypoint") && !json.contains("DeviceIDs"))
    }

    /// Docker refuses a request with both a number and ids.
    @Test func gpusOfItsOwnAreAskedForByIdsAlone() throws {
        let order = ContainerSpecification(
            name: "a1", image: "i", gpus: GPURequest(driver: "nvidia", count: 2, devices: ["2", "5"]))
        let json = String(decoding: try EngineJSON.encode(CreateRequest(order)), as: UTF8.self)
        #expect(json.contains(#""DeviceIDs":["2","5"]"#) && !json.contains(#""Count""#), "\(json)")
    }

    @Test(
        arguments: [
            (
                #"{"DeviceRequests": [{"Driver": "nvidia", "Count": 0, "DeviceIDs": ["2", "5"], "Capabilities": []}]}"#,
                "2 5"
            ),
            (#"{"DeviceRequests": [{"Driver": "nvidia", "Count": 8, "DeviceIDs": null}]}"#, "count 8"),
            (#"{"DeviceRequests": []}"#, nil), (#"{"DeviceRequests": null}"#, nil), ("{}", nil),
        ] as [(String, String?)])
    func whatAnEngineGivesIsReadBack(host: String, text: String?) throws {
        let json = """
            {"Id": "c7", "Name": "a1", "State": {"Status": "created"}, "HostConfig": \(host)}
            """
        #expect(try EngineJSON.decode(InspectAnswer.self, Data(json.utf8)).known.gpus?.text == text)
    }

    @Test(arguments: [
        ("reading manifest 1: unauthorized: authentication required", EngineError.Code.unauthorized),
        ("pull access denied for x, repository does not exist or may require 'docker login'", .unauthorized),
        ("manifest for x:1 not found: manifest unknown: manifest unknown", .imageNotFound),
        ("dial tcp 127.0.0.1:5609: connect: connection refused", .refused),
    ])
    func whyAPullFailed(words: String, code: EngineError.Code) {
        let error = EngineWords.ofPull("reg/x:1", words)
        #expect(error.code == code && error.message.contains("reg/x:1"))
    }

    @Test(arguments: [
        (500, "the container name \"a1\" is already in use by c7", EngineError.Code.nameInUse),
        (409, "Conflict. The container name \"/a1\" is already in use", .nameInUse),
        (404, "No such image: x", .imageNotFound), (500, "out of disk", .refused),
    ])
    func whyAContainerWasNotMade(status: Int, words: String, code: EngineError.Code) {
        let container = ContainerSpecification(name: "a1", image: "x")
        #expect(EngineWords.ofCreation(container, status: status, words).code == code)
    }

    @Test(arguments: [
        (404, "No such container: a1", EngineError.Code.noSuchContainer),
        (400, "exec: \"/nosuch\": stat /nosuch: no such file or directory: unknown", .commandNotFound),
        (500, "OCI runtime attempted to invoke a command that was not found", .commandNotFound),
        (500, "could not select device driver \"nvidia\"", .refused),
    ])
    func whyAContainerWasNotStarted(status: Int, words: String, code: EngineError.Code) {
        #expect(EngineWords.ofStart("a1", status: status, words).code == code)
    }

    @Test func aSocketThatNobodyListensOnIsUnreachable() async throws {
        let host = try DockerHost(name: "gone", endpoint: try EngineEndpoint("unix:///nonexistent/engine.sock"))
        let error = await #expect(throws: EngineError.self) { try await host.ping() }
        #expect(error?.code == .unreachable && error?.message.contains("gone") == true)
    }
}
