/* Presses Ctrl-C: interrupt.exe FOLDER COMMAND-LINE runs the command, waits until a temporary file of its stands in the
 * folder, sends Ctrl-C to everything on its console as that key does, and ends with the command's exit code.
 *
 * For the test bench only: never handed out. */
#include <windows.h>

static int fail(int code) { return code; }

int wmain(int argc, wchar_t **argv)
{
    STARTUPINFOW startup = { .cb = sizeof startup };
    PROCESS_INFORMATION child;
    WIN32_FIND_DATAW found;
    wchar_t pattern[MAX_PATH];
    DWORD code;
    int waits;

    if (argc != 3) return fail(201);
    lstrcpynW(pattern, argv[1], MAX_PATH - 12);
    lstrcatW(pattern, L"\\.aco-*.tmp");
    /* The command must not inherit that Ctrl-C is ignored, so it is started before this program ignores it. */
    if (!CreateProcessW(NULL, argv[2], NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child)) return fail(202);
    SetConsoleCtrlHandler(NULL, TRUE);
    for (waits = 0; FindFirstFileW(pattern, &found) == INVALID_HANDLE_VALUE; waits++) {
        if (waits == 100) return fail(203);
        Sleep(100);
    }
    if (!GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0)) return fail(204);
    if (WaitForSingleObject(child.hProcess, 20000) != WAIT_OBJECT_0) return fail(205);
    if (!GetExitCodeProcess(child.hProcess, &code)) return fail(206);
    return code;
}
