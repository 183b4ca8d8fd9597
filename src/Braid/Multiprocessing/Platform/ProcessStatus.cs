using System.Buffers.Text;
using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>Facts about a process from <c>/proc</c>.</summary>
internal static class ProcessStatus
{
    /// <summary>Whether the process is stopped, by a signal or a debugger.</summary>
    public static bool IsStopped(int pid) => FieldsOf(pid) is ["T" or "t", ..];

    /// <summary>
    /// When the process started, in clock ticks since the machine did. Together with the pid this identifies a process uniquely.
    /// </summary>
    /// <returns>Null if there is no such process, it has ended and only waits to be reaped, or the system does not say.</returns>
    public static long? StartOf(int pid) => FieldsOf(pid) is string[] fields && IsRunning(fields) ? StartIn(fields) : null;

    /// <summary>
    /// Whether a process may still act. Only what the system says makes it dead: if its file cannot be read, since this process has no
    /// descriptor left, it may run, and the next check may know better.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="start">When it started; 0 if that is not known.</param>
    public static bool MayRun(int pid, long start) =>
        FieldsOf(pid, out bool isGone) is string[] fields ? IsRunning(fields) && (start == 0 || StartIn(fields) == start) : !isGone;

    /// <summary>Whether the exception says that a file of <c>/proc</c>, and so its process or thread, is gone.</summary>
    public static bool IsGone(Exception exception) =>
        exception is FileNotFoundException or DirectoryNotFoundException || exception.HResult == Errno.NoProcess;

    /// <summary>Bytes of memory that only this process uses: its resident memory minus what it shares.</summary>
    /// <returns>Null if there is no such process, or the system does not say.</returns>
    public static long? PrivateBytesOf(int pid)
    {
        try
        {
            return PrivateBytesIn(File.ReadAllBytes($"/proc/{pid}/statm"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same, from the contents of <c>statm</c>.</summary>
    /// <exception cref="InvalidDataException">It does not have the system's format.</exception>
    public static long PrivateBytesIn(ReadOnlySpan<byte> statm)
    {
        ReadOnlySpan<byte> text = statm[(statm.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(text, out long resident, out int used) && Utf8Parser.TryParse(text[(used + 1)..], out long shared, out _)
            ? (resident - shared) * Environment.SystemPageSize
            : throw new InvalidDataException("The system's statm does not begin with three numbers.");
    }

    /// <summary>The fields of <c>stat</c> from the third, the state, on.</summary>
    /// <returns>Null if there is no such process, or the system does not say.</returns>
    public static string[]? FieldsOf(int pid) => FieldsOf(pid, out _);

    private static bool IsRunning(string[] fields) => fields[0] is not ("Z" or "X");

    private static long StartIn(string[] fields) => long.Parse(fields[19], CultureInfo.InvariantCulture);

    private static string[]? FieldsOf(int pid, out bool isGone)
    {
        isGone = false;
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');   // the second is the name, in brackets, and may contain anything
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            isGone = IsGone(exception);
            return null;
        }
    }
}
