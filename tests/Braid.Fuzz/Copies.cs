using System.Diagnostics;
using SharpFuzz;

namespace Braid.Fuzz;

/// <summary>This program once more, in a folder of its own, with instrumented assemblies.</summary>
internal static class Copies
{
    private static readonly string[] s_transport = ["Handshake", "SocketTransport", "Message"];

    /// <returns>The exit code of that run.</returns>
    public static int Run(string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("braid-fuzz-").FullName;
        try
        {
            foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            Fuzzer.Instrument(Path.Combine(folder, "Braid.Python.dll"), static _ => true, Options.Value);
            Fuzzer.Instrument(
                Path.Combine(folder, "Braid.dll"),
                static type => s_transport.Any(name => type.StartsWith($"Braid.Multiprocessing.{name}", StringComparison.Ordinal)),
                Options.Value);
            string program = Path.Combine(folder, Path.GetFileName(typeof(Copies).Assembly.Location));
            using Process copy = Process.Start("dotnet", [program, .. arguments]);
            copy.WaitForExit();
            return copy.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
