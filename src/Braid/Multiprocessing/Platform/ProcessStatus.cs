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
    /// <returns>Null if there is no such process, or it has ended and only waits to be reaped.</returns>
    public static long? StartOf(int pid)
    {
        return FieldsOf(pid) is [not ("Z" or "X"), ..] fields ? long.Parse(fields[19], CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Bytes of memory that only this process uses: its resident memory minus what it shares.</summary>
    /// <returns>Null if there is no such process.</returns>
    public static long? PrivateBytesOf(int pid)
    {
        try
        {
            return PrivateBytesIn(File.ReadAllBytes($"/proc/{pid}/statm"));
        }
        catch (IOException)
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

    /// <summary>The fields of <c>stat</c> from the third, the state, on; null if there is no such process.</summary>
    public static string[]? FieldsOf(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');   // the second is the name, in brackets, and may contain anything
        }
        catch (IOException)
        {
            return null;
        }
    }
}
