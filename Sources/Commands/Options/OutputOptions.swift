import ArgumentParser
import Documents

/// In which form a list is printed.
struct OutputOptions: ParsableArguments {
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case table, json, csv
    }

    @Option(name: .customLong("output"), help: ArgumentHelp("How to print it.", valueName: "form"))
    var form = Form.table

    func print(_ listing: Listing) {
        let stream = Surroundings.current.output
        switch form {
        case .table: stream.write(listing.table)
        case .json: stream.write(IndentedJSON.text(listing.json))
        case .csv: stream.write(listing.csv)
        }
    }
}
