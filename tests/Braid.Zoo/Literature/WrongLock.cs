namespace BugZoo.Literature;

/// <summary>Each access holds a lock, but not all of them the same.</summary>
internal static class WrongLock
{
    public static void Buggy1() => Run(1, new Lock(), new Lock());

    public static void Buggy3() => Run(3, new Lock(), new Lock());

    public static void Fixed1()
    {
        var gate = new Lock();
        Run(1, gate, gate);
    }

    public static void Fixed3()
    {
        var gate = new Lock();
        Run(3, gate, gate);
    }

    private static void Run(int others, Lock mine, Lock theirs)
    {
        int data = 0;
        bool disturbed = false;
        var work = new Action[others + 1];
        Array.Fill(work, () =>
        {
            lock (theirs)
            {
                data++;
            }
        });
        work[0] = () =>
        {
            lock (mine)
            {
                int before = data;
                data++;
                disturbed = data != before + 1;
            }
        };
        Crew.Run(work);
        Claim.That(!disturbed, "nobody changes the data while its lock is held");
    }
}
