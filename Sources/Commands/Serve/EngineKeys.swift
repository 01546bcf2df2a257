import Service

/// Settings of what runs tasks in containers.
extension ServeSetting {
    static var engine: [ServeSetting] { engineHosts + engineContainers + engineTimes + engineOutput }

    private static var engineHosts: [ServeSetting] {
        [
            text(
                "engine.hosts", \.engine.hosts,
                "Machines that run tasks: `name=unix:///PATH` or `name=https://HOST:PORT` of a Docker Engine API, "
                    + "separated by commas; without one, tasks wait for an outside scheduler."),
            text(
                "engine.capacity", \.engine.capacity,
                "Tasks at once: `plan=number` on every host, `host/plan=number` on one, separated by commas."),
            text(
                "engine.gpus", \.engine.gpus,
                "GPUs of the hosts: `number` of every host, `host=number` of one, separated by commas. Each container "
                    + "then gets its own, by number (`DeviceIDs`). Without it an engine gives every container the "
                    + "first ones (`Count`), so that a host may take one task with GPUs at a time."),
            file("engine.ca_file", \.engine.certificates.authorityFile, "Whom we trust as an engine, PEM."),
            file(
                "engine.certificate_file", \.engine.certificates.certificateFile, "Who we are at an engine, PEM."),
            file("engine.key_file", \.engine.certificates.keyFile, "The private key of that, PEM."),
            text(
                "engine.owner", \.engine.owner, "Whose running tasks are counted together: `user` or `account`."),
            integer(
                "engine.running_tasks", \.engine.settings.queue.runningTasks, 1...10_000,
                "Tasks of one owner that run at once; more wait."),
        ]
    }

    private static var engineContainers: [ServeSetting] {
        [
            text(
                "engine.device_driver", \.engine.deviceDriver,
                "What gives a container its GPUs, or `none`; `plan=driver` for one plan, separated by commas."),
            text(
                "engine.network", \.engine.settings.containers.networkMode, "The network of a container.",
                isRight: { !$0.isEmpty }, needed: "is empty; name a network such as bridge"),
            text(
                "engine.http_addresses", \.engine.httpAddresses,
                "IP addresses at which hosts publish the HTTP ports of their containers, `name=ADDRESS` separated by "
                    + "commas, for hosts whose container network can't be reached from here."),
            integer(
                "engine.memory_mebibytes", \.engine.memoryMebibytes, 0...1_073_741_824,
                "Memory of a container; 0 for no limit."),
            text(
                "engine.ulimits", \.engine.ulimits,
                "Limits of a container's processes, such as `nofile=1024,nproc=1000:2000`."),
            text(
                "engine.label", \.engine.settings.containers.label,
                "What tells our containers from those of another Kanjo on the same host.",
                isRight: { !$0.isEmpty && !$0.contains("=") }, needed: "is empty or has a = in it"),
        ]
    }

    private static var engineOutput: [ServeSetting] {
        [
            file(
                "engine.files_folder", \.ledger.filesFolder,
                "Where artifacts and outputs are kept; without it, beside the database."),
            integer(
                "engine.artifact_bytes", \.engine.settings.output.artifactBytes, 1...1_099_511_627_776,
                "A larger artifact isn't kept."),
            integer(
                "engine.artifact_hours", \.engine.settings.output.artifactHours, 1...87_600,
                "How long an artifact is kept."),
            integer(
                "engine.output_bytes", \.engine.settings.output.outputBytes, 1...1_099_511_627_776,
                "What a task writes to its standard output and error is cut after this."),
            integer(
                "engine.output_days", \.engine.settings.output.outputDays, 1...36_500,
                "How long that is kept; with a task that is deleted, its files go at once."),
        ]
    }

    private static var engineTimes: [ServeSetting] {
        [
            integer(
                "engine.grace_seconds", \.engine.settings.graceSeconds, 0...540,
                "Between TERM and KILL of a container that is to end."),
            integer(
                "engine.alive_seconds", \.engine.settings.aliveSeconds, 1...86_400,
                "Between two signs of life in the log; has to be below `runaway_silence_minutes`."),
            integer(
                "engine.check_seconds", \.engine.settings.checkSeconds, 1...3600,
                "Between two looks at a running container."),
            integer(
                "engine.retry_seconds", \.engine.settings.retrySeconds, 1...3600,
                "Before an engine that failed is asked again."),
            integer(
                "engine.lost_seconds", \.engine.settings.lostSeconds, 1...604_800,
                "An engine that is silent for so long has lost what it ran."),
            integer(
                "engine.reconcile_seconds", \.engine.reconcileSeconds, 0...604_800,
                "Between two comparisons of the log with the engines' containers; 0 for none."),
        ]
    }
}
