using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Stopwatch: measures the virtual time of the run. The real object holds the measured time.</summary>
[Hooks(typeof(Stopwatch), Allowed = [".ctor", "get_IsRunning", "Reset", "ToString"])]
internal static class StopwatchHooks
{
    /// <summary>How long the machine has been up when a run begins: programs take 0 for "not yet".</summary>
    internal const long UpTime = TimeSpan.TicksPerMinute;

    private static readonly long s_perTick = Stopwatch.Frequency / TimeSpan.TicksPerSecond;

    public static long GetTimestamp(ControlledThread thread, int site) => Timestamp(thread);

    public static TimeSpan GetElapsedTime(long startingTimestamp, ControlledThread thread, int site) =>
        Stopwatch.GetElapsedTime(startingTimestamp, Timestamp(thread));

    public static TimeSpan GetElapsedTime(long startingTimestamp, long endingTimestamp, ControlledThread thread, int site) =>
        Stopwatch.GetElapsedTime(startingTimestamp, endingTimestamp);

    public static Stopwatch StartNew(ControlledThread thread, int site)
    {
        var made = new Stopwatch();
        Start(made, thread, site);
        return made;
    }

    public static void Start(Stopwatch self, ControlledThread thread, int site)
    {
        if (!self.IsRunning)
        {
            Started(self) = Timestamp(thread);
            Runs(self) = true;
        }
    }

    public static void Stop(Stopwatch self, ControlledThread thread, int site)
    {
        if (self.IsRunning)
        {
            Elapsed(self) = get_ElapsedTicks(self, thread, site);
            Runs(self) = false;
        }
    }

    public static void Restart(Stopwatch self, ControlledThread thread, int site)
    {
        self.Reset();
        Start(self, thread, site);
    }

    public static long get_ElapsedTicks(Stopwatch self, ControlledThread thread, int site) =>
        Elapsed(self) + (self.IsRunning ? Timestamp(thread) - Started(self) : 0);

    public static TimeSpan get_Elapsed(Stopwatch self, ControlledThread thread, int site) =>
        new(get_ElapsedTicks(self, thread, site) / s_perTick);

    public static long get_ElapsedMilliseconds(Stopwatch self, ControlledThread thread, int site) =>
        get_ElapsedTicks(self, thread, site) / s_perTick / TimeSpan.TicksPerMillisecond;

    internal static long Timestamp(ControlledThread thread) => (UpTime + thread.Execution.Clock.Read()) * s_perTick;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_elapsed")]
    private static extern ref long Elapsed(Stopwatch self);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_startTimeStamp")]
    private static extern ref long Started(Stopwatch self);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_isRunning")]
    private static extern ref bool Runs(Stopwatch self);
}
