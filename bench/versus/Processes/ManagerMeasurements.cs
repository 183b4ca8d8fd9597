using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Braid.Python;
using Versus;

namespace Processes;

/// <summary>Calls of a manager: one value of a dictionary, from each world to each.</summary>
internal static class ManagerMeasurements
{
    private const string Peer = "SyncManager, one value of a dict, median";

    private const string Server = """
        import sys
        from multiprocessing.managers import SyncManager
        server = SyncManager(address=sys.argv[1], authkey=bytes.fromhex(sys.argv[2])).get_server()
        print('ready', flush=True)
        server.serve_forever()
        """;

    private const string Client = """
        import sys, time
        from multiprocessing.managers import SyncManager
        manager = SyncManager(address=sys.argv[1], authkey=bytes.fromhex(sys.argv[2])); manager.connect()
        table = manager.dict(k=1)
        def once():
            start = time.perf_counter_ns(); table['k']; return time.perf_counter_ns() - start
        for _ in range(2000): once()
        print(sorted(once() for _ in range(int(sys.argv[3])))[int(sys.argv[3]) // 2] / 1000)
        """;

    public static List<Row> All(int rounds)
    {
        using Manager manager = Manager.Start();
        List<Row> rows = [new Row("manager, one value of a dict: C# to C#", Median(manager, rounds), "us", Peer)];
        byte[] key = "a key for measurements"u8.ToArray();
        string address = Path.Combine(Path.GetTempPath(), $"braid-bench-{Environment.ProcessId}");
        try
        {
            using (Process python = Python(Server, address, Convert.ToHexString(key)))
            {
                python.StandardOutput.ReadLine();
                var options = new ManagerOptions { Client = new Multiprocessing.ClientOptions { AllowLegacyPeers = true } };
                using (Manager ofPython = Manager.Connect(address, key, options))
                {
                    rows.Add(new Row("manager, one value of a dict: C# to Python", Median(ofPython, rounds), "us", Peer));
                }

                python.Kill();
                python.WaitForExit();
                File.Delete(address);
            }

            var legacy = new ManagerServerOptions { Listener = new Multiprocessing.ListenerOptions { AllowLegacyPeers = true } };
            using var server = new ManagerServer(address, key, legacy);
            server.Start();
            using Process client = Python(Client, address, Convert.ToHexString(key), (2000 * rounds).ToString(CultureInfo.InvariantCulture));
            double median = double.Parse(client.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
            rows.Add(new Row("manager, one value of a dict: Python to C#", median, "us", Peer));
        }
        catch (Win32Exception)
        {
            // no python3: those rows have no figures
        }

        return rows;
    }

    private static double Median(Manager manager, int rounds)
    {
        using DictProxy<string, int> table = manager.Dict(new Dictionary<string, int> { ["k"] = 1 });
        for (int number = 0; number < 10_000; number++)
        {
            _ = table["k"];
        }

        double[] calls = [.. Enumerable.Range(0, 2000 * rounds).Select(_ => Measurements.Microseconds(() => _ = table["k"])).Order()];
        return calls[calls.Length / 2];
    }

    private static Process Python(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("python3", ["-c", program, .. arguments]) { RedirectStandardOutput = true })!;
}
