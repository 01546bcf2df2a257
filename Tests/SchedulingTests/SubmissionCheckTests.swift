import Scheduling
import Testing
import Units
import UsageLedger

@Suite struct SubmissionCheckTests {
    private func read(_ body: String) throws -> (submission: TaskSubmission?, issues: [FieldIssue]) {
        let json = try JSONValue(parsingRequest: Array(body.utf8))
        return SubmissionCheck.read(
            json, isKnownPlan: { $0.text == "v100-32gb" },
            registryHost: { $0 == "r-1" ? "Registry.Example.com:443" : nil })
    }

    @Test func aBareRequestIsEnough() throws {
        let (submission, issues) = try read(
            #"{"name":"a","containers":[{"image":"alpine:3","plan":"v100-32gb","unknown":[1]}]}"#)
        #expect(issues.isEmpty)
        let read = try #require(submission)
        #expect(read.container.command.isEmpty && read.container.entrypoint.isEmpty && read.tags.isEmpty)
        #expect(read.ownLimitSeconds == 1_728_000)
        #expect(read.limitSeconds(cap: 3_600) == 3_600)
    }

    @Test func numbersAndTruthValuesOfAnEnvironmentBecomeText() throws {
        let (submission, issues) = try read(
            #"""
            {"name":"a","containers":[{"image":"i","plan":"v100-32gb",
             "environment":{"A":1,"B":1.5,"C":true,"D":"d","E":1e300,"F":123456789012345678901234567890}}]}
            """#)
        #expect(issues.isEmpty)
        let values = try #require(submission).container.environment.map(\.value)
        #expect(values == ["1", "1.5", "true", "d", "1e300", "123456789012345678901234567890"])
    }

    /// Numbers that can't be kept exactly are read like any value: unknown keys stay unknown, fields say what they
    /// want.
    @Test func inexactNumbersAreJudgedByTheirFields() throws {
        let (submission, issues) = try read(
            #"{"name":"a","x":1.5,"containers":[{"image":"i","plan":"v100-32gb","memory":12345678901234567890}]}"#)
        #expect(submission != nil && issues.isEmpty)
        let (_, wrong) = try read(
            #"""
            {"name":1.5,"execution_time_limit_sec":600.5,"containers":[{"image":"i","plan":"v100-32gb",
             "http":{"port":80.0}}]}
            """#)
        #expect(
            wrong.map { "\($0.field) \($0.code.rawValue)" } == [
                "name invalid_type", "containers[0].http.port invalid_type", "execution_time_limit_sec invalid_type",
            ])
    }

    @Test func nullIsMissingWhereAValueMustStand() throws {
        let (_, issues) = try read(#"{"name":null,"containers":null}"#)
        #expect(issues.map { "\($0.field) \($0.code.rawValue)" } == ["name required", "containers required"])
        let (submission, others) = try read(
            #"{"name":"a","containers":[{"image":"i","plan":"v100-32gb","http":{"port":80,"path":null}}]}"#)
        #expect(others.isEmpty)
        #expect(submission?.container.http["path"]?.string == "/")
        let (_, noPort) = try read(#"{"name":"a","containers":[{"image":"i","plan":"v100-32gb","http":{}}]}"#)
        #expect(noPort.map { "\($0.field) \($0.code.rawValue)" } == ["containers[0].http.port required"])
    }

    @Test func commandsMayBeLong() throws {
        func issues(_ bytes: Int) throws -> [FieldIssue] {
            let command = String(repeating: "x", count: bytes)
            return try read(#"{"name":"a","containers":[{"image":"i","plan":"v100-32gb","command":["\#(command)"]}]}"#)
                .issues
        }
        #expect(try issues(524_288).isEmpty)
        #expect(try issues(524_289).map(\.code) == [.tooLong])
    }

    @Test func nullIsNoLimitOfOnesOwn() throws {
        let (submission, _) = try read(
            #"{"name":"a","execution_time_limit_sec":null,"containers":[{"image":"i","plan":"v100-32gb"}]}"#)
        let read = try #require(submission)
        #expect(read.ownLimitSeconds == nil)
        #expect(read.limitSeconds(cap: 1_728_000) == 1_728_000)
        #expect(read.limitSeconds(cap: nil) == nil)
    }

    @Test func everythingWrongIsNamedAtOnce() throws {
        let (submission, issues) = try read(
            #"""
            {"execution_time_limit_sec":599,"tags":["ok",5],"containers":[{"image":"a b","plan":"p","registry":"x",
             "command":"run","environment":{"SAKURA_X":"1","A":null,"B=":"c"},"http":{"port":0},"ssh":{"port":22}}]}
            """#)
        #expect(submission == nil)
        #expect(
            issues.map { "\($0.field) \($0.code.rawValue)" } == [
                "name required", "containers[0].image invalid_value", "containers[0].plan unknown_plan",
                "containers[0].registry unknown_registry", "containers[0].command invalid_type",
                "containers[0].environment.SAKURA_X reserved_name", "containers[0].environment.A invalid_type",
                "containers[0].environment.B= invalid_value", "containers[0].http.port out_of_range",
                "containers[0].ssh.shell required", "tags[1] invalid_type", "execution_time_limit_sec out_of_range",
            ])
    }

    @Test func anEnvironmentHasFewerThan8192Characters() throws {
        func issues(_ length: Int) throws -> [FieldIssue] {
            let value = String(repeating: "あ", count: length - 1)
            return try read(
                #"{"name":"a","containers":[{"image":"i","plan":"v100-32gb","environment":{"A":"\#(value)"}}]}"#
            ).issues
        }
        #expect(try issues(8191).isEmpty)
        #expect(try issues(8192).map(\.code) == [.tooLong])
    }

    /// A stored password is for one host; whoever names another in the image would read it there.
    @Test(
        arguments: [
            ("registry.example.com/train:1", nil), ("REGISTRY.example.com:443/train", nil),
            ("evil.example/train:1", "evil.example"), ("registry.example.com:5000/train", "registry.example.com:5000"),
            ("registry.example.com@evil.example/train", "registry.example.com@evil.example"), ("alpine:3", "docker.io"),
            ("acme/registry.example.com/train", "docker.io"),
        ] as [(String, String?)])
    func aLoginIsForImagesOfItsHost(image: String, other: String?) throws {
        let (submission, issues) = try read(
            #"{"name":"a","containers":[{"image":"\#(image)","plan":"v100-32gb","registry":"r-1"}]}"#)
        #expect((submission == nil) == (other != nil))
        #expect(
            issues.map { "\($0.field) \($0.code.rawValue)" }
                == (other == nil ? [] : ["containers[0].registry invalid_value"]))
        #expect(other == nil || issues[0].message.contains("comes from \(other ?? "")"))
    }

    @Test(arguments: ["null", "[]", "[{},{}]", "{}", "[1]"])
    func aTaskHasExactlyOneContainer(_ containers: String) throws {
        let issues = try read(#"{"name":"a","containers":\#(containers)}"#).issues
        #expect(issues.count == 1 && issues[0].field.hasPrefix("containers"))
    }
}
