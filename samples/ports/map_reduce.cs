#:project ../../src/Braid/Braid.csproj

// Eight logs are analysed by two processes; the partial tables become one report.
using Table = System.Collections.Generic.Dictionary<string, (int Requests, int Errors, int Total)>;

Table report, again;
using (var executor = new Futures.ProcessPoolExecutor(maxWorkers: 2))
{
    report = executor.Map(Log.Analyse, Enumerable.Range(0, 8)).Aggregate(Merge);
}

using (var pool = new Multiprocessing.Pool(2))
{
    again = pool.ImapUnordered(Log.Analyse, Enumerable.Range(0, 8)).Aggregate(Merge);
}

Console.WriteLine(report.Count == again.Count && !report.Except(again).Any() ? "both agree" : "they DISAGREE");
foreach (string service in report.Keys.Order())
{
    var (requests, errors, total) = report[service];
    Console.WriteLine($"{service,-8}{requests,6} requests {errors,6} errors {total / requests,6} ms");
}

static Table Merge(Table a, Table b)         // reduce: two tables become one
{
    foreach (var (service, (requests, errors, total)) in b)
    {
        var before = a.GetValueOrDefault(service);
        a[service] = (before.Requests + requests, before.Errors + errors, before.Total + total);
    }

    return a;
}

internal static class Log
{
    private static readonly string[] s_services = ["web", "mail", "search"];
    private static readonly string[] s_levels = ["INFO", "INFO", "INFO", "WARN", "ERROR"];

    public static Table Analyse(int part)    // map: a part becomes a table
    {
        var table = new Table();
        foreach (string line in Make(part))
        {
            string[] fields = line.Split(' ');
            var (requests, errors, total) = table.GetValueOrDefault(fields[0]);
            table[fields[0]] = (requests + 1, errors + (fields[1] == "ERROR" ? 1 : 0), total + int.Parse(fields[2]));
        }

        return table;
    }

    // Lines of a log, the same in every run and in every language.
    private static IEnumerable<string> Make(int part)
    {
        long state = part + 1;
        for (int i = 0; i < 2000; i++)
        {
            state = ((state * 1103515245) + 12345) % (1L << 31);
            long value = state / 65536;
            yield return $"{s_services[value % 3]} {s_levels[value % 5]} {(value % 400) + 1}";
        }
    }
}
