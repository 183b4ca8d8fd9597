namespace Braid.Checking.Memory;

/// <summary>All sites that the rewriter has found, by number. The rewritten code passes the number with each step.</summary>
/// <remarks>Written under the gate by rewriting threads; read without it: a number is handed out only after its site is written.</remarks>
internal static class Sites
{
    private static readonly object s_gate = new();
    private static readonly Dictionary<uint, int> s_pointsByHash = [];
    private static readonly List<uint> s_pointHashes = [];
    private static Site[] s_sites = new Site[1024];
    private static int[] s_points = new int[1024];
    private static ushort[] s_traits = new ushort[1024];
    private static int s_count = 1;

    /// <summary>The site of steps that the engine itself makes.</summary>
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
            s_traits[number] = (ushort)site.Traits;
            s_count++;
            return number;
        }
    }

    /// <summary>The number of the memory point with this name ("Assembly!Type::field"), the same for every site that has it.</summary>
    public static int PointOf(string name) => PointOf(StableHash.Of(name));

    /// <summary>The number of the memory point whose name has this hash; the name may become known later, with its assembly.</summary>
    public static int PointOf(uint hash)
    {
        lock (s_gate)
        {
            if (!s_pointsByHash.TryGetValue(hash, out int point))
            {
                point = s_pointHashes.Count;
                s_pointHashes.Add(hash);
                s_pointsByHash.Add(hash, point);
            }

            return point;
        }
    }

    public static Site Get(int site) => s_sites[site];

    public static int Point(int site) => s_points[site];

    public static SiteTraits Traits(int site) => (SiteTraits)s_traits[site];

    /// <summary>The hash of a memory point's name: the same in every process.</summary>
    public static uint PointHash(int point)
    {
        lock (s_gate)
        {
            return s_pointHashes[point];
        }
    }
}
