namespace BugZoo.Calls;

/// <summary>A value that no processor reads or writes in one piece.</summary>
/// <param name="First">Its first part.</param>
/// <param name="Second">Equal in all parts.</param>
/// <param name="Third">Equal in all parts.</param>
internal readonly record struct Wide(long First, long Second, long Third)
{
    public Wide(long part)
        : this(part, part, part)
    {
    }
}
