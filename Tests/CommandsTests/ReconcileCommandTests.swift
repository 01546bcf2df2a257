import TestSupport
import Testing

/// A scheduler's list against the log, from the command line.
@Suite struct ReconcileCommandTests {
    private static let list = [SampleMonth.jobs, "--format", "jobs-csv", "--plan", "v100", "--account-field", "user"]

    private func reconcile(_ folder: TestFolder, _ arguments: String...) async -> CommandRun {
        await folder.run(["reconcile"] + Self.list + arguments)
    }

    /// The sample without its second job's stop, and with a job that the list doesn't have.
    private func faulty() async -> TestFolder {
        let folder = TestFolder()
        _ = await folder.kanjo("apply", folder.write("setup.yaml", SampleMonth.setUp))
        let jobs = Golden.read(SampleMonth.jobs)!.replacing(
            "2017-10-28T00:12:12Z,2017-10-28T00:13:27Z,done", with: "2017-10-28T00:12:12Z,,running")
        let row = "extra,vc-11cb48,philly,8,,2017-10-28T00:12:12Z,2017-10-28T00:12:12Z,2017-10-28T00:13:27Z,done\n"
        let path = folder.write("faulty.csv", jobs + row)
        _ = await folder.run(["ingest", path, "--create-accounts"] + Self.list.dropFirst())
        return folder
    }

    @Test func theSampleAgreesWithItself() async {
        let folder = await SampleMonth.folder()
        let run = await reconcile(folder)
        #expect(run.status == 0)
        #expect(run.output == "4,263 runs compared, 0 differ; 0 claims recorded\n")
        let october = await reconcile(folder, "--period", "2017-10", "--output", "csv")
        #expect(october.output.split(separator: "\r\n").count == 1)
        #expect(await reconcile(folder, "--from", "2017-10-28", "--to", "2017-10-28").output.hasPrefix("799 runs"))
    }

    @Test func whatDiffersIsShownKeptAndStopsTheClose() async {
        let folder = await faulty()
        let first = await reconcile(folder)
        #expect(first.status == 1)
        #expect(Golden.difference(first.output, "reconcile-faulty.txt", besides: #filePath) == nil)
        #expect(first.output.hasSuffix("4,264 runs compared, 2 differ; 2 claims recorded\n"))
        let json = await reconcile(folder, "--output", "json")
        #expect(json.status == 1)
        #expect(json.output.contains(#""recorded_claims": 0"#))
        #expect(Golden.difference(json.output, "reconcile-faulty.json", besides: #filePath) == nil)
        let close = await folder.kanjo("close", "2017-10", "--issue")
        #expect(close.status == 69)
        for item in ["scheduler_difference:extra:1", "scheduler_difference:philly-9836:1"] {
            #expect(close.diagnostics.contains(item))
            #expect(
                await folder.kanjo("anomalies", "list", "--output", "csv").output.contains(
                    item.split(separator: ":")[1]))
        }
        #expect(await folder.kanjo("verify").status == 0)
    }

    @Test func whatIsAcceptedIsNoLongerAlarming() async {
        let folder = await faulty()
        _ = await reconcile(folder)
        // The missing stop comes with the list itself, the surplus job is accepted.
        _ = await folder.run(["ingest"] + Self.list)
        let close = await folder.kanjo(
            "close", "2017-10", "--issue", "--accept", "scheduler_difference:extra:1", "--reason", "bought by hand")
        #expect(close.status == 0)
        let again = await reconcile(folder)
        #expect(again.status == 0)
        #expect(again.output.hasSuffix("4,264 runs compared, 1 differs (1 accepted); 0 claims recorded\n"))
        let list = await folder.kanjo("anomalies", "list")
        #expect(list.output.hasSuffix("nothing waits for a person\n1 accepted; --all shows them\n"))
        let all = await folder.kanjo("anomalies", "list", "--all", "--output", "csv")
        #expect(all.output.split(separator: "\r\n").last?.hasPrefix("scheduler_difference,extra,1,,,,,true,") == true)
        #expect(await folder.kanjo("verify").status == 0)
    }

    @Test func whatCannotBeReadIsTold() async {
        let folder = await SampleMonth.folder()
        let path = folder.write(
            "list.csv", "job_id,user,group,gpus,cpus,submit_utc,start_utc,end_utc,state\nj,u,g,none,,,,,done\n")
        let run = await folder.kanjo("reconcile", path, "--format", "jobs-csv", "--partial")
        #expect(run.status == 1)
        #expect(run.diagnostics.hasPrefix("\(path):2: invalid_row: "))
        #expect(run.output == "0 runs compared, 0 differ; 0 claims recorded\n")
        #expect(await folder.kanjo("reconcile", "/nowhere/list").status == 66)
        for wrong in [["--period", "2017-10", "--from", "2017-10-01"], ["--partial", "--source", "s"]] {
            #expect(await folder.run(["reconcile", path] + wrong).status == 64)
        }
    }
}
