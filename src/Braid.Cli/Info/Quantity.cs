namespace Braid.Cli;

/// <summary>Numbers formatted for people.</summary>
internal static class Quantity
{
    private static readonly string[] s_units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    public static string Bytes(long bytes)
    {
        int unit = bytes < 1024 ? 0 : (int)Math.Log2(bytes) / 10;
        return unit == 0 ? $"{bytes} bytes" : $"{bytes / Math.Pow(1024, unit):0.0} {s_units[unit]}";
    }
}
