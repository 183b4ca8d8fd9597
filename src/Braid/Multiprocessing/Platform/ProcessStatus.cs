using System.Buffers.Text;
using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>A process as <c>/proc</c> shows it.</summary>
internal static class ProcessStatus
{
    /// <summary>Whether the process is stopped, by a signal or a debugger.</summary>
    public static bool IsStopped(int pid) => FieldsOf(pid) is ["T" or "t", ..];

    /// <summary>When the process started, in clock ticks since the machine did; with the pid, it names a process forever.</summary>
    /// <returns>Null when there is no such process, or it has ended and only waits to be reaped.</returns>
    public static long? StartOf(int pid)
    {
        return FieldsOf(pid) is [not ("Z" or "X"), ..] fields ? long.Parse(fields[19], CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Bytes of memory that only this process uses: what is resident without what it shares.</summary>
    /// <returns>Null when there is no such process.</returns>
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

    /// <summary>The same, from what <c>statm</c> holds.</summary>
    /// <exception cref="InvalidDataException">It is not as the system writes it.</exception>
    public static long PrivateBytesIn(ReadOnlySpan<byte> statm)
    {
        ReadOnlySpan<byte> text = statm[(statm.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(text, out long resident, out int used) && Utf8Parser.TryParse(text[(used + 1)..], out long shared, out _)
            ? (resident - shared) * Environment.SystemPageSize
            : throw new InvalidDataException("The system's statm does not begin with three numbers.");
    }

    /// <summary>The fields of <c>stat</c> from the third, the state, on; null when there is no such process.</summary>
    public static string[]? FieldsOf(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');   // the second is the name, in brackets, and may hold anything
        }
        catch (IOException)
        {
            return null;
        }
    }
}
