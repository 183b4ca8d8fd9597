using System.Globalization;
using System.Text;

namespace Braid.Checking.Hooks;

/// <summary>What a run has written to the console: kept, up to a limit, and never shown while schedules are searched.</summary>
/// <remarks>It takes no lock, unlike the console's own writer: under that one a program's ToString would be called, and could be held there.</remarks>
internal sealed class RunOutput() : StringWriter(CultureInfo.InvariantCulture)
{
    private const int Kept = 64 * 1024;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (GetStringBuilder().Length < Kept)
        {
            base.Write(value);
        }
    }

    public override void Write(string? value)
    {
        if (GetStringBuilder().Length < Kept)
        {
            base.Write(value);
        }
    }
}
