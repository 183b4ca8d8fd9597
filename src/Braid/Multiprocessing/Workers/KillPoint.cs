namespace Braid.Multiprocessing;

/// <summary>Places where a test may have a worker killed. Not in release builds.</summary>
/// <remarks>The environment names the place and a file, "place:path"; the worker that gets there and can remove the file dies, so one worker does.</remarks>
internal static class KillPoint
{
    public const string Variable = "BRAID_TEST_KILL_POINT";

    private static readonly string[] s_chosen = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(':', 2);

    [Conditional("DEBUG")]
    public static void Reach(string place)
    {
        if (s_chosen is [var chosen, var path] && chosen == place && File.Exists(path))
        {
            File.Delete(path);
            ChildStatus.Send(Environment.ProcessId, descriptor: -1, Signals.Kill);
            Threading.Thread.Current.Join();   // never: the signal ends this thread too
        }
    }
}
