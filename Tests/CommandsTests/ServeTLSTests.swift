import TestSupport
import Testing

/// `kanjo serve` with a certificate: an outside client that checks it is answered, plain HTTP is told where it is.
@Suite(.timeLimit(.minutes(3))) struct ServeTLSTests {
    /// A certificate for this machine that signs itself, and its key.
    private static func certificate(_ name: String, in folder: TestFolder) async throws -> [String] {
        let paths = ["\(folder.path)/\(name).pem", "\(folder.path)/\(name).key"]
        let run = try await OutsideProgram.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0],
                "-keyout", paths[1],
            ], in: folder)
        try #require(run.status == 0)
        return paths
    }

    @Test func whoChecksTheCertificateIsAnsweredAndPlainHTTPIsRefused() async throws {
        let folder = TestFolder()
        let files = try await Self.certificate("server", in: folder)
        let server = try await ServerProcess(
            folder, ["--tls-certificate-file", files[0], "--tls-key-file", files[1]])
        func curl(_ arguments: String...) async throws -> OutsideProgram.Run {
            let address = "https://127.0.0.1:\(server.port)/readyz"
            return try await OutsideProgram.run(
                ["curl", "--silent", "--max-time", "60", "--cacert", files[0]] + arguments + [address], in: folder)
        }
        let right = try await curl("--write-out", " %{http_code}")
        #expect(right.status == 0 && right.output == #"{"status":"ready"} 200"#, "\(right)")
        #expect(try await curl("--tls-max", "1.1").status != 0)
        // Keep-alive: two requests of one connection, and a body.
        let twice = try await curl("--write-out", "%{num_connects}", "https://127.0.0.1:\(server.port)/healthz")
        #expect(twice.output == #"{"status":"ok"}1{"status":"ready"}0"#, "\(twice)")
        let plain = await server.ask("/readyz")
        #expect(plain.hasPrefix("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"), "\(plain)")
        #expect(plain.contains("this port speaks HTTPS; ask again with https://"))
        #expect(try await curl("--output", "/dev/null", "--write-out", "%{http_code}").output == "200")
        let metrics = try await curl("https://127.0.0.1:\(server.port)/metrics")
        #expect(metrics.output.contains(#"kanjo_connections_closed_total{reason="plain_text"} 1"#))
        let run = await server.terminate()
        #expect(run.status == 0)
        #expect(run.diagnostics.contains("listening on https://127.0.0.1:\(server.port)"))
    }

    @Test func aKeyThatDoesNotFitIsAWrongConfiguration() async throws {
        let folder = TestFolder()
        let one = try await Self.certificate("one", in: folder), other = try await Self.certificate("other", in: folder)
        let arguments = ["serve", "--port", "0", "--tls-certificate-file", one[0], "--tls-key-file"]
        for (key, words) in [
            (other[1], "is not the key of the certificate in \(one[0])"), (one[0], "holds no private key in PEM"),
            (folder.path + "/none", "can't be read: No such file or directory"),
        ] {
            for more in [[], ["--check-config"]] {
                let run = await folder.process(arguments + [key] + more)
                #expect(run.status == 78, "\(key): \(run)")
                #expect(run.diagnostics.contains("tls.key_file: \(key) \(words)"), "\(run)")
            }
        }
    }
}
