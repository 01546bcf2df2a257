import ArgumentParser
import Service

/// The program: reads the command line, runs a command and turns every error into a message and an exit status.
public enum KanjoProgram {
    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit status.
    public static func run(_ arguments: [String]) async -> Int32 {
        let surroundings = Surroundings.current
        let status: Int32
        do {
            var command = try Kanjo.parseAsRoot(arguments)
            do {
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
                status = ErrorTable.ExitStatus.ok.rawValue
            } catch {
                status = tell(error, isVerbose: (command as? any LedgerCommand)?.ledger.verbose ?? false, surroundings)
            }
        } catch {
            status = tell(error, isVerbose: false, surroundings)
        }
        guard !surroundings.output.hasFailed else {
            surroundings.diagnostics.line(
                "kanjo: error: standard output can't be written; what is missing there was not saved")
            return ErrorTable.ExitStatus.inputOutput.rawValue
        }
        return status
    }

    private static func tell(_ error: any Error, isVerbose: Bool, _ surroundings: Surroundings) -> Int32 {
        switch error {
        case let incomplete as Incomplete: return incomplete.status.rawValue
        case is ValidationError, is CleanExit, is ExitCode: return tellParser(error, surroundings)
        case _ where isOfParser(error): return tellParser(error, surroundings)
        default: break
        }
        let shown = ErrorTable.show(error)
        let mark = surroundings.isColourful(surroundings.diagnostics) ? "\u{1B}[31merror:\u{1B}[0m" : "error:"
        surroundings.diagnostics.line("kanjo: \(mark) \(shown.message) [\(shown.row.code)]")
        if isVerbose, let detail = shown.detail { surroundings.diagnostics.line(detail) }
        return shown.row.exitStatus.rawValue
    }

    /// Help, completion scripts, and what is wrong with the command line.
    private static func tellParser(_ error: any Error, _ surroundings: Surroundings) -> Int32 {
        let code = Kanjo.exitCode(for: error)
        let message = Kanjo.fullMessage(for: error)
        let stream = code.isSuccess ? surroundings.output : surroundings.diagnostics
        if !message.isEmpty { stream.line(message) }
        return code.rawValue
    }

    /// The parser's own errors aren't public types; they are those that it doesn't take for a plain failure.
    private static func isOfParser(_ error: any Error) -> Bool {
        let code = Kanjo.exitCode(for: error)
        return code.isSuccess || code == .validationFailure
    }
}

/// A command has done its work and told the person about it, but not everything is well.
struct Incomplete: Error {
    let status: ErrorTable.ExitStatus

    init(_ status: ErrorTable.ExitStatus = .incomplete) { self.status = status }
}
