import Glibc
import Testing

/// Two processes on one database: one writes, the other is told to wait, and whoever only reads is served.
@Suite struct SecondProcessTests {
    /// More than a pipe holds, so that a feed that is written has been read from.
    private static let jobs = 2_000

    private static func feed(_ jobs: Range<Int>) -> String {
        jobs.map { job in
            let minute = "2017-12-01T0\(job % 10):00:0"
            return FeedText.event(2 * job, "task.started", "p\(job)", minute + "0Z", data: identity) + "\n"
                + FeedText.event(2 * job + 1, "task.stopped", "p\(job)", minute + "9Z") + "\n"
        }.joined()
    }

    private static let identity = #""account":"vc-0e4a51","user":"vc-0e4a51","plan":"v100""#

    /// A folder with October closed, and a process that holds the database for writing: it waits for its feed.
    private func writing() async -> (TestFolder, KanjoProcess) {
        let folder = await SampleMonth.folder()
        #expect(await folder.kanjo("close", "2017-10", "--issue", "--issue-day", "2017-11-05").status == 0)
        let writer = KanjoProcess(["ingest", "-"], in: folder, name: "writer", hasPipe: true)
        // It opens the database before it reads its input.
        await writer.feed(Self.feed(0..<Self.jobs / 2))
        return (folder, writer)
    }

    @Test func whoWritesBesideAWriterIsToldToWait() async {
        let (folder, writer) = await writing()
        let second = folder.write("second.ndjson", Self.feed(Self.jobs..<Self.jobs + 10))
        let lines = [
            ["ingest", second], ["apply", folder.path + "/setup.yaml"], ["close", "2017-11"],
            ["close", "2017-11", "--issue"], ["rebuild"],
        ]
        for line in lines {
            let run = await folder.process(line)
            #expect(run.status == 75, "\(line)")
            #expect(run.output.isEmpty, "\(line)")
            #expect(
                run.diagnostics == "kanjo: error: another kanjo process is writing to \(folder.path)/kanjo.db; "
                    + "wait for it to end and repeat, nothing was changed [database_busy]\n")
        }
        await writer.feed(Self.feed(Self.jobs / 2..<Self.jobs))
        let first = await writer.end()
        #expect(first.status == 0)
        #expect(first.output == "4,000 recorded, 0 duplicate, 0 conflict, 0 refused\n")
        #expect(await folder.process("ingest", second).output == "20 recorded, 0 duplicate, 0 conflict, 0 refused\n")
        #expect(await folder.process("verify").status == 0)
    }

    @Test func readersAreServedBesideAWriter() async {
        let (folder, writer) = await writing()
        let november = await folder.process("usage", "--period", "2017-11", "--output", "csv")
        #expect(november.output == "seconds,gpu_seconds,amount_yen\r\n95797633,225647713,3610363.408\r\n")
        let list = await folder.process("invoice", "list", "--output", "csv")
        #expect(list.output.split(separator: "\r\n").count == 1 + 11)
        let lines = [
            ["invoice", "show", "201710-000001"], ["explain", "201710-000001"], ["report", "month-close"],
            ["report", "close-check"], ["anomalies", "list"], ["price", "list"], ["account", "history"], ["verify"],
            ["preview", "--account", "vc-0e4a51", "--at", "2017-11-30T00:00:00+09:00"],
        ]
        for line in lines {
            let arguments = line.first == "report" ? line + ["--period", "2017-10"] : line
            let run = await folder.process(arguments)
            #expect(run.status == 0, "\(line): \(run.diagnostics)")
            #expect(!run.output.isEmpty || line.contains("close-check"), "\(line)")
        }
        #expect(await writer.end().output == "2,000 recorded, 0 duplicate, 0 conflict, 0 refused\n")
        #expect(await folder.process("verify").status == 0)
    }

    /// The lock ends with its process, however that ends, and the same feed again completes the log.
    @Test func aKilledWriterLeavesNothingHalfAndNoLock() async throws {
        let (folder, writer) = await writing()
        writer.kill()
        #expect(await writer.end().status == 128 + SIGKILL)
        #expect(await folder.process("verify").status == 0)
        let again = await folder.process("ingest", folder.write("whole.ndjson", Self.feed(0..<Self.jobs)))
        #expect(again.status == 0)
        let counts = again.output.split(separator: ", ").map { $0.prefix { $0 != " " }.replacing(",", with: "") }
        let recorded = try #require(Int(counts[0])), duplicate = try #require(Int(counts[1]))
        #expect(recorded + duplicate == 2 * Self.jobs)
        // Batches of a thousand are whole or not there.
        #expect(duplicate % 1_000 == 0)
        let december = await folder.process("usage", "--period", "2017-12", "--output", "csv")
        #expect(december.output.split(separator: "\r\n")[1].hasPrefix("\(9 * Self.jobs),"))
        #expect(await folder.process("verify").status == 0)
    }
}
