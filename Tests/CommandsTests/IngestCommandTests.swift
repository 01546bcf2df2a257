import Testing

/// Counts, reasons and rejects of an ingest.
@Suite struct IngestCommandTests {
    private static let feed = [
        FeedText.event(1, "task.submitted", "t", "2017-10-01T00:00:00Z", data: #""account":"a""#),
        #"{"source":"s","id":"2","type":"task.started","subject":"t","time":"2017-10-01T00:00:00Z""#,
        FeedText.event(1, "task.submitted", "t", "2017-10-02T00:00:00Z", data: #""account":"a""#),
        FeedText.event(3, "task.started", "t", "2030-10-01T00:00:00Z"), "",
    ].joined(separator: "\n")

    @Test func everyLineThatIsNotTakenIsToldAndKept() async {
        let folder = TestFolder()
        let path = folder.write("feed.ndjson", Self.feed)
        let run = await folder.kanjo("ingest", path, "--rejects", folder.path + "/rejects")
        #expect(run.status == 1)
        #expect(run.output == "1 recorded, 0 duplicate, 1 conflict, 2 refused\n")
        let told = run.diagnostics.split(separator: "\n")
        #expect(told.count == 4)
        #expect(told[0].hasPrefix("\(path):2: invalid_json: "))
        #expect(
            told[1].hasPrefix(
                "\(path):3: conflict: event '1' of 's' was recorded before at position 1 with another time"))
        #expect(told[2].hasPrefix("\(path):4: instant_in_future: "))
        #expect(folder.read("rejects") == Self.feed.split(separator: "\n").dropFirst().map { $0 + "\n" }.joined())
        let again = await folder.kanjo("ingest", path)
        #expect(again.output == "0 recorded, 1 duplicate, 1 conflict, 2 refused\n")
    }

    @Test func aRowOfAJobListIsKeptOnce() async {
        let folder = TestFolder()
        let header = "job_id,user,group,gpus,cpus,submit_utc,start_utc,end_utc,state"
        let row = "j1,u,g,1,,2030-10-28T00:02:12Z,2030-10-28T00:02:12Z,2030-10-28T00:03:50Z,done"
        // A byte order mark and CRLF, as spreadsheets write them.
        let path = folder.write("jobs.csv", "\u{FEFF}\(header)\r\n\(row)\r\n\"broken\r\n")
        let run = await folder.kanjo("ingest", path, "--format", "jobs-csv", "--rejects", folder.path + "/rejects")
        #expect(run.output == "0 recorded, 0 duplicate, 0 conflict, 4 refused\n")
        // Mended, the rejects can be sent as they are.
        #expect(folder.read("rejects") == "\(header)\n\(row)\n\"broken\n")
    }

    @Test func aConvertedListIsTheSameEvents() async {
        let folder = TestFolder()
        let header = "job_id,user,group,gpus,cpus,submit_utc,start_utc,end_utc,state"
        let row = "j1,u,g,1,,2017-10-28T00:02:12Z,2017-10-28T00:02:12Z,2017-10-28T00:03:50Z,done"
        let path = folder.write("jobs.csv", "\(header)\n\(row)\n\"broken\n")
        let converted = await folder.kanjo("convert", path, "--format", "jobs-csv", "--plan", "v100")
        #expect(converted.status == 1)
        #expect(converted.diagnostics.hasPrefix("\(path):3: "))
        let events = folder.write("events.ndjson", converted.output)
        #expect(await folder.kanjo("ingest", events).output == "3 recorded, 0 duplicate, 0 conflict, 0 refused\n")
        let again = await folder.kanjo("ingest", path, "--format", "jobs-csv", "--plan", "v100")
        #expect(again.output == "0 recorded, 3 duplicate, 0 conflict, 1 refused\n")
    }

    @Test func accountsAreRegisteredOnlyWhenAsked() async {
        let folder = TestFolder()
        let identity = #""account":"a","user":"u""#
        func event(_ id: Int) -> String {
            FeedText.event(id, "task.submitted", "t", "2017-10-01T00:00:00Z", data: identity)
        }
        let path = folder.write("feed.ndjson", event(1))
        _ = await folder.kanjo("ingest", path)
        #expect(await folder.kanjo("account", "list", "--output", "csv").output.split(separator: "\r\n").count == 1)
        let second = folder.write("second.ndjson", event(2))
        let run = await folder.kanjo("ingest", second, "--create-accounts", "--who", "mika", "--reason", "first feed")
        #expect(run.output == "1 recorded, 0 duplicate, 0 conflict, 0 refused\n1 account and 1 user registered\n")
        let history = await folder.kanjo("account", "history", "--account", "a", "--output", "csv")
        #expect(
            history.output.split(separator: "\r\n").dropFirst() == [
                "2,2018-01-15 00:00:00,account a a: new,mika,first feed,account.recorded",
                "3,2018-01-15 00:00:00,account a: user u: new,mika,first feed,user.added",
            ])
    }

    @Test func anAccountOfARefusedEventIsNotRegistered() async {
        let folder = TestFolder()
        let event = FeedText.event(1, "task.submitted", "t", "2030-10-01T00:00:00Z", data: #""account":"a""#)
        let path = folder.write("feed.ndjson", event)
        #expect(await folder.kanjo("ingest", path, "--create-accounts").status == 1)
        #expect(await folder.kanjo("account", "list", "--output", "csv").output.split(separator: "\r\n").count == 1)
    }

    @Test func aBarMovesOnATerminalOnly() async {
        let folder = TestFolder()
        let path = folder.write("feed.ndjson", Self.feed)
        #expect(await folder.kanjo("ingest", path, isTerminal: true).diagnostics.contains("\r\u{1B}[K"))
        #expect(!(await folder.kanjo("ingest", path).diagnostics.contains("\u{1B}")))
    }
}
