import Feeds
import Testing
import Units

struct JobsCSVFeedTests {
    static let header = "job_id,user,group,gpus,cpus,submit_utc,start_utc,end_utc,state\n"
    static let good = "j1,u,g,2,,2017-10-28T00:00:00Z,2017-10-28T00:00:01Z,2017-10-28T00:00:02Z,done"

    func rows(_ text: String) throws -> [FeedItem] {
        try items(Self.header + text, .jobsCSV, FeedOptions(plan: try PlanID("v100")))
    }

    @Test func oneRowIsThreeEvents() throws {
        let start = #"{"specversion":"1.0","source":"jobs-csv","id":"j1/"#
        #expect(
            try rows(Self.good).map(shown) == [
                "2 " + start + #"submitted","subject":"j1","type":"task.submitted","time":"2017-10-28T00:00:00Z","#
                    + #""data":{"account":"g","user":"u","plan":"v100"}}"#,
                "2 " + start + #"started","subject":"j1","type":"task.started","time":"2017-10-28T00:00:01Z","#
                    + #""data":{"attempt":1,"gpus":2}}"#,
                "2 " + start + #"stopped","subject":"j1","type":"task.stopped","time":"2017-10-28T00:00:02Z","#
                    + #""data":{"attempt":1,"outcome":"done"}}"#,
            ])
    }

    @Test func theSampleHasAsManyEventsAsItShould() throws {
        let reader = try FeedReader(
            path: sample("philly-nov2017/jobs.csv"), format: .jobsCSV,
            options: FeedOptions(plan: try PlanID("v100"), accountField: .user))
        let found = Array(reader)
        #expect(found.count == 12_789)
        #expect(messages(found).isEmpty)
        let read = try events(found)
        #expect(read.count { $0["type"] as? String == "task.started" } == 4263)
        #expect(Set(read.map { "\($0["id"] ?? "")" }).count == 12_789)
        #expect(Set(read.compactMap { ($0["data"] as? [String: Any])?["account"] as? String }).count == 12)
        #expect(reader.bytesConsumed == reader.totalBytes)
    }

    /// What a row becomes: the types, and for a refused row the column at fault.
    static let cases: [(row: String, expected: [String])] = [
        (good, ["submitted", "started", "stopped done"]),
        (good.replacing(",done", with: ",killed"), ["submitted", "started", "stopped canceled"]),
        (good.replacing(",done", with: ",Cancelled"), ["submitted", "started", "stopped canceled"]),
        (good.replacing(",done", with: ",failed"), ["submitted", "started", "stopped error"]),
        (good.replacing(",done", with: ",ABORTED"), ["submitted", "started", "stopped aborted"]),
        (good.replacing(",done", with: ",wat"), ["submitted", "started", "stopped error"]),
        ("j1,u,g,2,,2017-10-28T00:00:00Z,2017-10-28T00:00:01Z,,running", ["submitted", "started"]),
        ("j1,u,g,2,,2017-10-28T00:00:00Z,,2017-10-28T00:00:01Z,done", ["submitted", "canceled"]),
        ("j1,u,g,,,2017-10-28T00:00:00Z,,,canceled", ["submitted", "canceled"]),
        ("j1,u,g,2,,2017-10-28T00:00:00Z,,,pending", ["submitted"]),
        ("j1,u,g,2,,,2017-10-28T00:00:01Z,2017-10-28T00:00:02Z,done", ["started", "stopped done"]),
        (
            "j1,,g,0.5,,2017-10-28T09:00:09+09:00,2017-10-28T00:00:01Z,2017-10-28T00:00:00Z,done",
            ["submitted", "started", "stopped done"]
        ),
        ("j1,u,g,2,,,,,done", ["invalid_row start_utc"]),
        (",u,g,2,,2017-10-28T00:00:00Z,,,done", ["invalid_row job_id"]),
        ("j1,u,,2,,2017-10-28T00:00:00Z,,,done", ["invalid_row group"]),
        ("j1,u,a b,2,,2017-10-28T00:00:00Z,,,done", ["invalid_row group"]),
        ("j1,u\u{1},g,2,,2017-10-28T00:00:00Z,,,done", ["invalid_row user"]),
        (good.replacing(",2,", with: ",0,"), ["not_a_gpu_job gpus"]),
        (good.replacing(",2,", with: ",,"), ["invalid_row gpus"]),
        (good.replacing(",2,", with: ",-1,"), ["invalid_row gpus"]),
        (good.replacing(",2,", with: ",70000,"), ["invalid_row gpus"]),
        (good.replacing(",2,", with: ",100000000000000000000,"), ["invalid_row gpus"]),
        (good.replacing(",2,", with: ",0.0001,"), ["invalid_row gpus"]),
        (good.replacing("2017-10-28T00:00:01Z", with: "yesterday"), ["invalid_row start_utc"]),
        (good.replacing("2017-10-28T00:00:01Z", with: "1969-10-28T00:00:01Z"), ["invalid_row start_utc"]),
        (good.replacing("2017-10-28T00:00:02Z", with: "2200-10-28T00:00:01Z"), ["invalid_row end_utc"]),
        ("j1,u,g", ["invalid_row "]),
        (good + ",more", ["invalid_row "]),
    ]

    @Test(arguments: cases)
    func whatARowBecomes(row: String, expected: [String]) throws {
        let found = try rows(row + "\n" + Self.good.replacing("j1", with: "next") + "\n")
        #expect(found.dropLast(3).map(kind) == expected)
        #expect(found.suffix(3).map(kind) == ["submitted", "started", "stopped done"], "a bad row hides no good one")
        #expect(found.allSatisfy { $0.line == 2 || $0.line == 3 })
        #expect(found.dropLast(3).allSatisfy { $0.original == [UInt8](row.utf8) })
    }

    @Test func aRefusalNamesLineColumnAndValue() throws {
        #expect(
            messages(try rows(Self.good.replacing(",2,", with: ",two,"))) == [
                "line 2, column gpus: gpus 'two' is no plain decimal such as 0.016"
            ])
        #expect(messages(try rows("a,b\n")) == ["line 2: the row has 2 fields, the header 9; the row is not used"])
    }

    @Test func theHeaderMayHaveAnyOrderAndMore() throws {
        let text =
            "state,extra,end_utc,start_utc,submit_utc,cpus,gpus,GROUP , user,job_id\r\n"
            + "done,x,2017-10-28T00:00:02Z,2017-10-28T00:00:01Z,2017-10-28T00:00:00Z,,2,g,u,j1\r\n"
        #expect(try items(text, .jobsCSV).map(kind) == ["submitted", "started", "stopped done"])
        #expect(try items("\u{FEFF}" + text, .jobsCSV).map(kind) == ["submitted", "started", "stopped done"])
    }

    @Test func aHeaderThatCannotBeUsedIsOneItem() throws {
        let text = "job_id,user,gpus,cpus,submit_utc,start_utc,state\n1,2,3,4,5,6,7\n"
        #expect(
            messages(try items(text, .jobsCSV)) == [
                "line 1: the header lacks the column group, end_utc; nothing of the input is used"
            ])
        #expect(
            messages(try items("user," + Self.header, .jobsCSV)) == [
                "line 1: the header has the column user twice; nothing of the input is used"
            ])
        #expect(
            messages(try items("", .jobsCSV)) == [
                "line 1: the input is empty; a header with the names of the columns is needed"
            ])
    }

    @Test func quotingFollowsRFC4180() throws {
        let read = try events(
            try rows("\"j\"\"1,2\",\"u,\\v\",g,2,\"a\r\nb\",2017-10-28T00:00:00Z,,,pending\r\n" + Self.good))
        #expect(read[0]["subject"] as? String == "j\"1,2")
        #expect(read[0]["id"] as? String == "j\"1,2/submitted")
        #expect((read[0]["data"] as? [String: Any])?["user"] as? String == "u,\\v")
        #expect(read.count == 4)
        let refused = try rows("\"j\n1\",u,g,2,,2017-10-28T00:00:00Z,,,pending\n" + Self.good)
        #expect(
            messages(refused) == [
                "line 2, column job_id: task 'j\n1' is not 1–128 characters without control characters"
            ])
        #expect(refused.map(\.line) == [2, 4, 4, 4])
    }

    @Test(arguments: [
        (
            #""j1,u,g,2,,2017-10-28T00:00:00Z,,,pending"#,
            "line 2: a quote is opened and never closed; the line is not used"
        ),
        (#""j1"x,u,g,2,,2017-10-28T00:00:00Z,,,pending"#, "line 2: text follows a closing quote; the line is not used"),
        (
            #"j"1,u,g,2,,2017-10-28T00:00:00Z,,,pending"#,
            "line 2: a quote stands inside a field that doesn't begin with one; the line is not used"
        ),
    ])
    func aBadQuoteSpoilsOnlyItsLine(row: String, message: String) throws {
        let found = try rows(row + "\n" + Self.good + "\n" + Self.good)
        #expect(messages(found) == [message])
        #expect(found.map(\.line) == [2, 3, 3, 3, 4, 4, 4])
    }
}

/// `stopped done`, or `invalid_row column`.
func kind(_ item: FeedItem) -> String {
    if case .failure(let error) = item.content { return "\(error.code.rawValue) \(error.field)" }
    guard let event = try? events([item]).first, let type = event["type"] as? String else { return "no JSON" }
    let outcome = (event["data"] as? [String: Any])?["outcome"] as? String
    return type.replacing("task.", with: "") + (outcome.map { " " + $0 } ?? "")
}
