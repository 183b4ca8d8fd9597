namespace BugZoo.Updates;

/// <summary>Two threads count into the same element of an array.</summary>
internal static class ArrayElement
{
    public static void Buggy()
    {
        int[] histogram = new int[4];
        Crew.Run(() => histogram[2]++, () => histogram[2]++);
        Claim.That(histogram[2] == 2, "the element counts both");
    }

    public static void Fixed()
    {
        int[] histogram = new int[4];
        Crew.Run(() => Interlocked.Increment(ref histogram[2]), () => Interlocked.Increment(ref histogram[2]));
        Claim.That(histogram[2] == 2, "the element counts both");
    }
}
