namespace BugZoo;

/// <summary>Threads that are started one after another and then waited for.</summary>
internal static class Crew
{
    public static void Run(params Action[] work)
    {
        var threads = new Thread[work.Length];
        for (int i = 0; i < work.Length; i++)
        {
            Action mine = work[i];
            threads[i] = new Thread(() => mine());
        }

        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }
    }
}
