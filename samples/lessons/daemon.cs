#:project ../../src/Braid/Braid.csproj

// What you learn: the program waits for its threads before it ends, but not for its daemons. They are stopped wherever they are,
// so a daemon is for work that may be lost, never for writing a file.
var daemonWorks = new Threading.Event();
var mainIsDone = new Threading.Event();

Console.WriteLine("main: starts a daemon and a worker");
new Threading.Thread(KeepHouse, name: "daemon", daemon: true).Start();
new Threading.Thread(Work, name: "worker").Start();
Console.WriteLine("main: ends");
mainIsDone.Set();

void KeepHouse()
{
    Console.WriteLine("daemon: begins something that takes an hour");
    daemonWorks.Set();
    Thread.Sleep(TimeSpan.FromHours(1));
    Console.WriteLine("daemon: ends");         // never printed: the program has ended long before
}

void Work()
{
    daemonWorks.Wait();                        // so that you see the daemon's first line
    Console.WriteLine("worker: begins");
    mainIsDone.Wait();                         // main has nothing more to do, and yet the program continues
    Thread.Sleep(TimeSpan.FromSeconds(0.1));
    Console.WriteLine("worker: ends, and with it the program");
}
