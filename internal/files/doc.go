// Package files finds files for the paths of requests in a file system, for Static and Frontend.
//
// A [Folder] is made of a file system and [Options] when it is declared. [Folder.Find] takes the path of a request below the folder,
// and says what there is: a file, the index of a folder, a page that stands in for a missing file. No path and no symbolic link leads
// out of the folder. The package does not know answers and headers of requests.
package files
