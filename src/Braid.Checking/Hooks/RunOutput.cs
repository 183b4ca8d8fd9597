using System.Globalization;
using System.Text;

namespace Braid.Checking.Hooks;

/// <summary>A run's console output: kept, up to a limit, and never shown during a search.</summary>
/// <remarks>
/// Unlike the console's own writer it takes no lock: a program's ToString would be called under that lock, and could be held up there.
/// </remarks>
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
