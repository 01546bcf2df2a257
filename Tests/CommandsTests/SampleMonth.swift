import Testing

/// The sample feed and a set-up for it.
enum SampleMonth {
    static let setUp = """
        issuer: {name: 株式会社勘定クラウド, registration_number: T7000012050002, postal_code: 100-0001, address: 東京都千代田区千代田1-1}
        accounts:
          - {id: vc-0e4a51, name: 株式会社アクメ, payment: bank_transfer, department: 研究部}
        plans:
          - {id: v100, name: V100 (32GB), gpu_model: V100, gpu_count: 1, minimum_execution_seconds: 1}
        prices:
          - {plan: v100, yen_per_second: "0.016", basis: gpu, from: 2017-10-01}
        credits:
          - {account: vc-0e4a51, yen: 3000, from: 2017-10-01, to: 2017-12-31, plans: [v100], reason: trial}
        """

    static let jobs: String = {
        let folders = #filePath.split(separator: "/").dropLast(2)
        return folders.map { "/" + $0 }.joined() + "/Samples/philly-nov2017/jobs.csv"
    }()

    /// A folder whose database holds the set-up and the sample.
    static func folder() async -> TestFolder {
        let folder = TestFolder()
        #expect(await folder.kanjo("apply", folder.write("setup.yaml", setUp)).status == 0)
        let ingested = await folder.kanjo(
            "ingest", jobs, "--format", "jobs-csv", "--plan", "v100", "--account-field", "user", "--create-accounts")
        #expect(ingested.status == 0)
        #expect(
            ingested.output
                == "12,789 recorded, 0 duplicate, 0 conflict, 0 refused\n11 accounts and 12 users registered\n")
        return folder
    }
}
