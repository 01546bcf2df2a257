import Commands

#if canImport(Glibc)
    import Glibc
#endif

exit(await KanjoProgram.run(Array(CommandLine.arguments.dropFirst())))
