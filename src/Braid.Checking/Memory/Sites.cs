namespace Braid.Checking.Memory;

/// <summary>All places that the rewriter has found, by number. The rewritten code passes the number with each step.</summary>
/// <remarks>Written under the gate by whoever rewrites; read without one: a number is handed out only after its place is written.</remarks>
internal static class Sites
{
    private static readonly object s_gate = new();
    private static readonly Dictionary<string, int> s_pointsByName = [];
    private static readonly List<string> s_pointNames = [];
    private static Site[] s_sites = new Site[1024];
    private static int[] s_points = new int[1024];
    private static byte[] s_traits = new byte[1024];
    private static int s_count = 1;

    /// <summary>The place of steps that the engine itself makes.</summary>
    public const int Engine = 0;

    static Sites() => s_sites[Engine] = new Site("", "", 0, 0, "", PointOf("engine"), SiteTraits.None);

    public static int Add(Func<int, Site> make)
    {
        lock (s_gate)
        {
            if (s_count == s_sites.Length)
            {
                Array.Resize(ref s_traits, 2 * s_count);
                Array.Resize(ref s_points, 2 * s_count);
                Array.Resize(ref s_sites, 2 * s_count);
            }

            int number = s_count;
            Site site = make(number);
            s_sites[number] = site;
            s_points[number] = site.Point;
            s_traits[number] = (byte)site.Traits;
            s_count++;
            return number;
        }
    }

    /// <summary>The number of a memory point with this name, the same for every place that has it.</summary>
    public static int PointOf(string name)
    {
        lock (s_gate)
        {
            if (!s_pointsByName.TryGetValue(name, out int point))
            {
                point = s_pointNames.Count;
                s_pointNames.Add(name);
                s_pointsByName.Add(name, point);
            }

            return point;
        }
    }

    public static Site Get(int site) => s_sites[site];

    public static int Point(int site) => s_points[site];

    public static SiteTraits Traits(int site) => (SiteTraits)s_traits[site];

    /// <summary>The name of a memory point: "Assembly!Type::field".</summary>
    public static string PointName(int point)
    {
        lock (s_gate)
        {
            return s_pointNames[point];
        }
    }

    /// <summary>The points whose names have these hashes, for a replay string made by another process.</summary>
    public static IEnumerable<int> PointsByHash(IReadOnlySet<uint> hashes)
    {
        lock (s_gate)
        {
            return Enumerable.Range(0, s_pointNames.Count).Where(point => hashes.Contains(StableHash.Of(s_pointNames[point]))).ToList();
        }
    }
}
