namespace Braid.Checking.Memory;

/// <summary>A hash that is the same in every process (FNV-1a).</summary>
internal static class StableHash
{
    public static uint Of(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 16777619;
        }

        return hash;
    }
}
