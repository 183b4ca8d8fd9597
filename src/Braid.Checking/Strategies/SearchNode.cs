using Braid.Checking.Engine;

namespace Braid.Checking.Strategies;

/// <summary>A choice on the path of a bounded search.</summary>
/// <param name="Child">The child taken, in the search's order: first those that cost nothing.</param>
/// <param name="Count">The number of children; 0 if the node has not been visited since the prefix was assembled.</param>
/// <param name="Free">How many of them cost nothing.</param>
/// <param name="Hash">The hash of all alternatives up to here: see <see cref="ScheduleLog"/>.</param>
internal readonly record struct SearchNode(int Child, int Count, int Free, uint Hash)
{
    /// <summary>A node of a prefix of which only the child is known.</summary>
    public static SearchNode Unseen(int child) => new(child, 0, 0, 0);

    /// <summary>The node as it is now, with its first child taken.</summary>
    public static SearchNode Create(in ChoicePoint point, uint before)
    {
        int count = point.Enabled.Length;
        int free = 1;
        if (point.Continuing < 0)
        {
            free = count - Timeouts(point);
            free = free == 0 ? count : free;
        }

        return new SearchNode(0, count, free, ScheduleLog.Extend(before, point));
    }

    public bool IsSeen => Count > 0;

    public bool HasCostly => Free < Count;

    public bool Agrees(in SearchNode other) => Count == other.Count && Free == other.Free && Hash == other.Hash;

    /// <summary>The index of the child among the point's enabled threads.</summary>
    public int Place(in ChoicePoint point)
    {
        int continuing = point.Continuing;
        if (continuing >= 0)
        {
            return Child == 0 ? continuing
                : Child <= continuing ? Child - 1
                : Child;
        }

        return Free == Count ? Child
            : Child < Free ? Nth(point, Child, timeouts: false)
            : Nth(point, Child - Free, timeouts: true);
    }

    private static int Timeouts(in ChoicePoint point)
    {
        int count = 0;
        for (int i = 0; i < point.Enabled.Length; i++)
        {
            count += point.IsTimeout(i) ? 1 : 0;
        }

        return count;
    }

    private static int Nth(in ChoicePoint point, int n, bool timeouts)
    {
        int place = -1;
        while (n >= 0)
        {
            place++;
            n -= point.IsTimeout(place) == timeouts ? 1 : 0;
        }

        return place;
    }
}
