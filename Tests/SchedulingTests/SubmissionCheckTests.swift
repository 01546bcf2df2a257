import Scheduling
import Testing
import Units
import UsageLedger

@Suite struct SubmissionCheckTests {
    private func read(_ body: String) throws -> (submission: TaskSubmission?, issues: [FieldIssue]) {
        let json = try JSONValue(parsing: Array(body.utf8), fractionPath: SubmissionCheck.numbersAsTextPath)
        return SubmissionCheck.read(
            json, isKnownPlan: { $0.text == "v100-32gb" }, isKnownRegistry: { $0 == "r-1" })
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
        #expect(throws: EventError.self) { try read(#"{"name":1.5}"#) }
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

    @Test(arguments: ["null", "[]", "[{},{}]", "{}", "[1]"])
    func aTaskHasExactlyOneContainer(_ containers: String) throws {
        let issues = try read(#"{"name":"a","containers":\#(containers)}"#).issues
        #expect(issues.count == 1 && issues[0].field.hasPrefix("containers"))
    }
}
